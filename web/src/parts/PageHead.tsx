// The head of every page: its title takes the focus after a navigation, so that a screen reader
// starts there.
import { QuestionCircleOutlined } from "@ant-design/icons";
import { Button, Popover } from "antd";
import { type ReactNode, useEffect, useRef } from "react";
import { useTexts } from "../texts/use";
import { partsTexts } from "./texts";

interface Props {
  title: string;
  /** One line: what the page is for. */
  purpose: string;
  help?: ReactNode;
  extra?: ReactNode;
}

export function PageHead({ title, purpose, help, extra }: Props) {
  const t = useTexts(partsTexts);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    document.title = `${title} · 警钟 Tocsin`;
  }, [title]);
  return (
    <header className="page-head">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p>{purpose}</p>
      </div>
      {extra}
      {help && (
        <Popover content={<div className="page-help">{help}</div>} trigger="click">
          <Button type="text" icon={<QuestionCircleOutlined />} aria-label={t.help} />
        </Popover>
      )}
    </header>
  );
}
