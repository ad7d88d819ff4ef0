// Beside the selected rows of a desk: the steps that all of them offer.
import { Button } from "antd";
import type { Duty } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { useText, useTexts } from "../../texts/use";
import { type Desk, draw, randomBelow, sampleSize } from "./desks";
import { prepare, type Shared, sharedBy } from "./runs";
import { deskTexts } from "./texts";

interface Props {
  desk: Desk;
  rows: Duty[];
  clear: () => void;
  /** Shows the dialog of a run. */
  show: (run: string) => void;
}

export function Bulk({ desk, rows, clear, show }: Props) {
  const t = useTexts(deskTexts);
  const text = useText();
  const format = useFormat();
  const shared = sharedBy(rows);
  const begin = (one: Shared) => {
    const numbers = [...one.actions.keys()];
    const size = desk.sampled && numbers.length > 1 ? sampleSize(numbers.length) : 0;
    const sample = draw(numbers, size, randomBelow);
    show(prepare({ desk: desk.id, shared: one, sample, whole: clear }));
  };
  return (
    <div className="desk-bulk">
      {shared.length === 0 && <span>{t.bulkNone}</span>}
      {shared.map((one, i) => (
        <Button key={one.name} type={i === 0 ? "primary" : "default"} onClick={() => begin(one)}>
          {t.bulk(text(one.title), format.number(rows.length))}
        </Button>
      ))}
    </div>
  );
}
