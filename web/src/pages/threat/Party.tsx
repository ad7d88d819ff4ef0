// Who is responsible for the indicators of a case, on which basis, and how sure that is.
import { Skeleton, Tag } from "antd";
import type { CaseIndicator, Responsible } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { Indicator } from "../../parts/Indicator";
import { ProblemView } from "../../parts/ProblemView";
import { useText, useTexts, useWord } from "../../texts/use";
import { useResponsible } from "./queries";
import { Section } from "./Section";
import { threatTexts } from "./texts";

type Candidate = NonNullable<Responsible["candidates"]>[number];

function Row({ one, tag }: { one: Candidate; tag?: string }) {
  const t = useTexts(threatTexts);
  const text = useText();
  const word = useWord();
  const format = useFormat();
  const contact = one.contact;
  return (
    <tr>
      <td>
        {text(one.title) || one.code} {tag && <Tag bordered={false}>{tag}</Tag>}
        {one.inhibited && <small>{`${t.inhibited} ${one.inhibition ?? ""}`}</small>}
      </td>
      <td>{word(one.certainty)}</td>
      <td>
        {word(one.why)} <code>{one.key}</code>
        <div>{one.reason}</div>
        <small>{text(one.caveat)}</small>
      </td>
      <td>
        {one.data_set} <small>{one.as_of && t.asOf(format.date(one.as_of))}</small>
      </td>
      <td>{[contact?.name, contact?.phone, contact?.email].filter(Boolean).join(" ")}</td>
    </tr>
  );
}

function Of({ kind, value }: { kind: string; value: string }) {
  const t = useTexts(threatTexts);
  const { data, error, refetch } = useResponsible(kind, value);
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 1 }} />;
  const found = data.candidates ?? [];
  return (
    <div className="party">
      <Indicator kind={kind} value={value} />
      {found.length === 0 && <span> {t.noParty}</span>}
      {(found.length > 0 || (data.denied ?? []).length > 0) && (
        <div className="wide">
          <table className="case-table">
            <thead>
              <tr>
                <th scope="col">{t.unit}</th>
                <th scope="col">{t.certaintyOf}</th>
                <th scope="col">{t.why}</th>
                <th scope="col">{t.dataSet}</th>
                <th scope="col">{t.contact}</th>
              </tr>
            </thead>
            <tbody>
              {found.map((c) => (
                <Row
                  key={`${c.organization}-${c.why}`}
                  one={c}
                  tag={c.code === data.suggested ? t.suggested : undefined}
                />
              ))}
              {data.denied?.map((c) => (
                <Row key={`no-${c.organization}-${c.why}`} one={c} tag={t.denied} />
              ))}
            </tbody>
          </table>
        </div>
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
