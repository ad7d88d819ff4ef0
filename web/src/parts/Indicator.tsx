// An indicator: never a link, never requested; defanged until somebody asks for the original.
import { CopyOutlined, EyeOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useState } from "react";
import { shown } from "../base/defang";
import { useTexts, useWord } from "../texts/use";
import { partsTexts } from "./texts";

export function useCopy(): (text: string, said: string) => void {
  const { message } = App.useApp();
  return (text, said) => {
    navigator.clipboard.writeText(text).then(
      () => message.success(said),
      (why: Error) => message.error(why.message),
    );
  };
}

export function Indicator({ kind, value }: { kind: string; value: string }) {
  const t = useTexts(partsTexts);
  const word = useWord();
  const copy = useCopy();
  const [raw, setRaw] = useState(false);
  const safe = shown(kind, value);
  const text = raw ? value : safe;
  return (
    <span className="indicator">
      <span className="indicator-kind">{word(kind)}</span>
      <code dir="ltr">{text}</code>
      {safe !== value && (
        <Button
          type="text"
          size="small"
          icon={<EyeOutlined />}
          aria-pressed={raw}
          aria-label={raw ? t.showDefanged : t.showRaw}
          title={raw ? t.showDefanged : t.showRaw}
          onClick={() => setRaw(!raw)}
        />
      )}
      <Button
        type="text"
        size="small"
        icon={<CopyOutlined />}
        aria-label={t.copy}
        title={t.copy}
        onClick={() => copy(text, raw ? t.copiedRaw : t.copied)}
      />
    </span>
  );
}
