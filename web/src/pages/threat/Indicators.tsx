// The indicators of a document; a long list is opened on demand.
import { Button } from "antd";
import { useState } from "react";
import type { CaseIndicator } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { Indicator } from "../../parts/Indicator";
import { useTexts } from "../../texts/use";
import { threatTexts } from "./texts";

const SHOWN = 20;

export function Indicators({ all }: { all: CaseIndicator[] }) {
  const t = useTexts(threatTexts);
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const shown = open ? all : all.slice(0, SHOWN);
  return (
    <div className="case-indicators">
      {shown.map((i) => (
        <Indicator key={`${i.kind}:${i.value}`} kind={i.kind ?? ""} value={i.value ?? ""} />
      ))}
      {all.length > shown.length && (
        <Button size="small" onClick={() => setOpen(true)}>
          {t.showAll(format.number(all.length))}
        </Button>
      )}
    </div>
  );
}
