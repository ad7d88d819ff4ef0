// Bars with the same numbers as a table, for those who cannot see them, and as a picture to keep.
// The drawing library is fetched when the first chart is shown.
import { Button, Skeleton } from "antd";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useFormat } from "../../base/format";
import { useDark } from "../../base/settings";
import { useTexts } from "../../texts/use";
import { ProblemView } from "../ProblemView";
import { Few } from "../table/Few";
import { partsTexts } from "../texts";
import type { Drawing, Point } from "./draw";

interface Props {
  title: string;
  /** Keep the same array while nothing changes: another one is drawn anew. */
  points: Point[];
  upright?: boolean;
  open?: (name: string) => void;
  /** The same numbers as a table, where there is more to say than the value. */
  children?: ReactNode;
}

export function Chart({ title, points, upright, open, children }: Props) {
  const t = useTexts(partsTexts);
  const format = useFormat();
  const dark = useDark();
  const id = useId();
  const place = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(undefined);
  const chosen = useRef(open);
  chosen.current = open;
  const [ready, setReady] = useState(false);
  const [error, setError] = useState<unknown>();

  useEffect(() => {
    let gone = false;
    import("./draw").then(({ draw }) => {
      if (gone || !place.current) return;
      drawing.current = draw(place.current, title, points, {
        dark,
        upright,
        open: (name) => chosen.current?.(name),
      });
      setReady(true);
    }, setError);
    return () => {
      gone = true;
      drawing.current?.end();
      drawing.current = undefined;
    };
  }, [title, points, dark, upright]);

  const download = () => {
    const link = document.createElement("a");
    link.href = drawing.current?.png() ?? "";
    link.download = `${title}.png`;
    link.click();
  };
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption id={id}>{title}</figcaption>
      {error !== undefined && <ProblemView error={error} />}
      {!ready && error === undefined && <Skeleton active title={false} />}
      <div ref={place} className="chart-place" aria-hidden="true" />
      <details>
        <summary>{t.asTable}</summary>
        {children ?? (
          <Few
            figures
            title={title}
            heads={[t.name, t.value]}
            rows={points.map((p) => [
              p.name,
              { cell: format.number(p.value), by: p.value, text: String(p.value) },
            ])}
          />
        )}
      </details>
      <Button size="small" disabled={!ready} onClick={download}>
        {t.download}
      </Button>
    </figure>
  );
}
