// What the expert body proposes: measure, target, addressee, limit, reason (article 7).
import type { Threat } from "../api/shapes";
import { shown } from "../base/defang";
import { useFormat } from "../base/format";
import { desks as en } from "../texts/en/desks";
import { useTexts, useWord } from "../texts/use";
import { desks as zh } from "../texts/zh/desks";
import { IndicatorList } from "./IndicatorList";
import { useCells } from "./table/cells";
import { Few } from "./table/Few";

type Identification = NonNullable<Threat["identification"]>;

export function Proposals({ of }: { of: Identification["proposals"] }) {
  const t = useTexts({ zh, en });
  const word = useWord();
  const cells = useCells();
  const format = useFormat();
  return (
    <Few
      title={t.proposals}
      heads={[t.measure, t.indicators, t.addressee, t.limit, t.reason]}
      rows={(of ?? []).map((p) => [
        word(p.measure),
        cells.as(
          p.indicators?.map((i) => shown(i.kind ?? "", i.value ?? "")).join(" "),
          <IndicatorList of={p.indicators} />,
        ),
        cells.unit(p.addressee),
        format.length(p.limit ?? ""),
        p.reason,
      ])}
    />
  );
}
