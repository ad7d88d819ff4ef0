import type { Threat } from "../api/shapes";
import { useFormat } from "../base/format";
import { Indicator } from "./Indicator";

const SHOWN = 30;

/** What is acted against: the first of them, and how many more there are. */
export function IndicatorList({ of }: { of: Threat["indicators"] }) {
  const format = useFormat();
  const all = of ?? [];
  return (
    <ul className="desk-clocks">
      {all.slice(0, SHOWN).map((i) => (
        <li key={`${i.kind}:${i.value}`}>
          <Indicator kind={i.kind ?? ""} value={i.value ?? ""} />
        </li>
      ))}
      {all.length > SHOWN && <li>+{format.number(all.length - SHOWN)}</li>}
    </ul>
  );
}
