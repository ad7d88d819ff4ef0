// Who is responsible for the indicators of a case, on which basis, and how sure that is.
import { Skeleton, Tag } from "antd";
import type { CaseIndicator, Responsible } from "../../api/shapes";
import { defang } from "../../base/defang";
import { useFormat } from "../../base/format";
import { Indicator } from "../../parts/Indicator";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { type Cell, Few } from "../../parts/table/Few";
import { useText, useTexts, useWord } from "../../texts/use";
import { useResponsible } from "./queries";
import { Section } from "./Section";
import { threatTexts } from "./texts";

type Candidate = NonNullable<Responsible["candidates"]>[number];

/** A candidate as a row of the table. */
function useRow(): (one: Candidate, tag?: string) => Cell[] {
  const t = useTexts(threatTexts);
  const text = useText();
  const word = useWord();
  const format = useFormat();
  const cells = useCells();
  return (one, tag) => {
    const name = text(one.title) || one.code;
    const { name: contact, phone, email } = one.contact ?? {};
    return [
      cells.as(
        name,
        <>
          {name} {tag && <Tag bordered={false}>{tag}</Tag>}
          {one.inhibited && <small>{`${t.inhibited} ${one.inhibition ?? ""}`}</small>}
        </>,
      ),
      word(one.certainty),
      cells.as(
        `${word(one.why)} ${defang(one.key ?? "")}`,
        <>
          {word(one.why)} <code>{one.key}</code>
          <div>{one.reason}</div>
          <small>{text(one.caveat)}</small>
        </>,
      ),
      cells.as(
        one.data_set,
        <>
          {one.data_set} <small>{one.as_of && t.asOf(format.date(one.as_of))}</small>
        </>,
      ),
      [contact, phone, email].filter(Boolean).join(" "),
    ];
  };
}

function Of({ kind, value }: { kind: string; value: string }) {
  const t = useTexts(threatTexts);
  const row = useRow();
  const { data, error, refetch } = useResponsible(kind, value);
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 1 }} />;
  const found = data.candidates ?? [];
  const denied = data.denied ?? [];
  return (
    <div className="party">
      <Indicator kind={kind} value={value} />
      {found.length === 0 && <span> {t.noParty}</span>}
      {found.length + denied.length > 0 && (
        <Few
          title={t.responsible}
          heads={[t.unit, t.certaintyOf, t.why, t.dataSet, t.contact]}
          rows={[
            ...found.map((c) => row(c, c.code === data.suggested ? t.suggested : undefined)),
            ...denied.map((c) => row(c, t.denied)),
          ]}
        />
      )}
    </div>
  );
}

/** Looking up is cheap, not free: a case of thousands of indicators asks for its first. */
const ASKED = 5;

export function Party({ indicators }: { indicators: CaseIndicator[] }) {
  const t = useTexts(threatTexts);
  return (
    <Section id="party" title={t.responsible} hint={t.responsibleHint}>
      {indicators.slice(0, ASKED).map((i) => (
        <Of key={`${i.kind}:${i.value}`} kind={i.kind ?? ""} value={i.value ?? ""} />
      ))}
    </Section>
  );
}
