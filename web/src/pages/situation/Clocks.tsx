// How each clock was kept, by everybody and by each unit; every number opens its rows.

import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { situation as en } from "../../texts/en/situation";
import { useText, useTexts } from "../../texts/use";
import { situation as zh } from "../../texts/zh/situation";
import type { ClockRate } from "./ask";
import { amountCell } from "./Figures";

const FATES = ["met", "late", "running", "waived"] as const;

function Rate({ percent, of }: { percent: number | undefined; of: string }) {
  const t = useTexts({ zh, en });
  if (percent === undefined) return <span title={t.noneEnded}>–</span>;
  return (
    <span className="rate">
      <meter min={0} max={100} value={percent} aria-label={of} />
      {percent}%
    </span>
  );
}

export function Clocks({ clocks }: { clocks: ClockRate[] }) {
  const t = useTexts({ zh, en });
  const text = useText();
  const cells = useCells();
  if (clocks.length === 0) return <p>{t.noClocks}</p>;
  return (
    <Few
      figures
      title={t.clocks}
      heads={[t.clock, t.unit, t.onTime, ...FATES.map((fate) => t[fate])]}
      rows={clocks.map((c) => {
        const name = text(c.title) || c.clock;
        const unit = c.unit ? text(c.unit_title) || c.unit : t.allUnits;
        return [
          name,
          c.unit ? unit : cells.as(unit, <strong>{unit}</strong>),
          {
            cell: <Rate percent={c.on_time_percent} of={`${name} ${unit} ${t.onTime}`} />,
            by: c.on_time_percent,
            text: c.on_time_percent === undefined ? "" : `${c.on_time_percent}%`,
          },
          ...FATES.map((fate) => {
            const number = c.fates.find((f) => f.name === fate)?.current ?? { count: 0 };
            return amountCell(number, `${name} ${unit} ${t[fate]}`);
          }),
        ];
      })}
    />
  );
}
