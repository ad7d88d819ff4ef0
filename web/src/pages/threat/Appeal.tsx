// One appeal: who, why, how far its answer is, and what was ruled.

import { Skeleton } from "antd";
import { Link, useParams } from "react-router";
import { safeWords } from "../../base/defang";
import { useFormat } from "../../base/format";
import { DocNumber } from "../../parts/DocNumber";
import { Facts } from "../../parts/Facts";
import { PageHead } from "../../parts/PageHead";
import { Person } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { StateTag } from "../../parts/StateTag";
import { useTexts, useWord } from "../../texts/use";
import { EvidenceList } from "./EvidenceList";
import { Indicators } from "./Indicators";
import { Next } from "./Next";
import { type AppealCase, useAppeal } from "./queries";
import { Clocks } from "./River";
import { Section } from "./Section";
import { threatTexts } from "./texts";
import "./threat.css";

function Whole({ appeal }: { appeal: AppealCase }) {
  const t = useTexts(threatTexts);
  const word = useWord();
  const format = useFormat();
  const number = appeal.number ?? "";
  const acts = [
    [t.filed, appeal.filed],
    [t.accepted, appeal.accepted],
    [t.checker, appeal.checker],
    [t.ruled, appeal.ruled],
    [t.answered, appeal.answered],
  ] as const;
  return (
    <>
      <PageHead
        title={number}
        purpose={t.appealPurpose}
        help={t.appealHelp}
        extra={
          <p>
            <DocNumber of={appeal.task_number} /> {safeWords(appeal.threat_title)}
          </p>
        }
      />
      <Next open={[{ number, steps: appeal.next }]} />
      <Section id="facts" title={t.facts}>
        <p className="task-marks">
          <StateTag state={appeal.state ?? ""} />
        </p>
        <Facts
          className="case-facts"
          of={[
            [t.appellant, appeal.appellant?.name],
            [t.interest, appeal.appellant?.interest],
            [t.identity, appeal.appellant?.identity],
            [t.contact, appeal.appellant?.contact],
            [t.knewAt, format.dateTime(appeal.knew_at ?? "")],
            [t.previous, appeal.previous && <DocNumber key="previous" of={appeal.previous} />],
            [t.ruling, appeal.ruling && word(appeal.ruling)],
            [
              t.answerNotice,
              appeal.notice && (
                <Link key="notice" to={`/notices/${appeal.notice}`}>
                  {t.answerNotice}
                </Link>
              ),
            ],
          ]}
        />
        <h3>{t.grounds}</h3>
        <p className="case-text">{appeal.grounds}</p>
        {appeal.new_facts && (
          <>
            <h3>{t.newFacts}</h3>
            <p className="case-text">{appeal.new_facts}</p>
          </>
        )}
        {(appeal.lifted ?? []).length > 0 && (
          <>
            <h3>{t.lifted}</h3>
            <Indicators all={appeal.lifted ?? []} />
          </>
        )}
      </Section>
      <Section id="clocks" title={t.clocks}>
        <Clocks clocks={(appeal.clocks ?? []).map((clock) => ({ number, clock }))} />
      </Section>
      <Section id="river" title={t.river}>
        <ol className="case-list">
          {acts
            .filter(([, act]) => act?.person)
            .map(([name, act]) => (
              <li key={name}>
                <strong>{name}</strong> {format.dateTime(act?.at ?? "")}{" "}
                <Person id={act?.person} unit={act?.organization} /> {act?.reason}
              </li>
            ))}
        </ol>
      </Section>
      <Section id="evidence" title={t.evidence} hint={t.evidenceHint}>
        <EvidenceList ids={appeal.evidence ?? []} />
      </Section>
    </>
  );
}

export default function Appeal() {
  const { number = "" } = useParams();
  const t = useTexts(threatTexts);
  const { data, error, refetch } = useAppeal(number);
  if (data) return <Whole appeal={data} />;
  return (
    <>
      <PageHead title={number} purpose={t.appealPurpose} />
      {error ? <ProblemView error={error} retry={() => refetch()} /> : <Skeleton active />}
    </>
  );
}
