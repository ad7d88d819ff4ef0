// One case on one page: what it is, what proves it, whose it is, what stands around it, how it came
// here and what was ordered. At its top the one step that waits for the reader.
import { Button, Skeleton } from "antd";
import { useMemo, useState } from "react";
import { useParams } from "react-router";
import { getBytes } from "../../api/client";
import { useOrganizations } from "../../api/queries";
import { safeWords } from "../../base/defang";
import { useKeys } from "../../base/keys";
import { DocNumber } from "../../parts/DocNumber";
import { useCopy } from "../../parts/Indicator";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { StateTag } from "../../parts/StateTag";
import { useTexts } from "../../texts/use";
import { About } from "./About";
import { keep } from "./bytes";
import { EvidenceList } from "./EvidenceList";
import { Next } from "./Next";
import { Party } from "./Party";
import { type Case, useCase } from "./queries";
import { Related } from "./Related";
import { River } from "./River";
import { Section } from "./Section";
import { Ladders, Outcome, Points, TaskFacts } from "./TaskParts";
import { threatTexts } from "./texts";
import "./threat.css";

function Bundle({ one }: { one: Case }) {
  const t = useTexts(threatTexts);
  const units = useOrganizations();
  const number = one.number ?? "";
  const copy = useCopy();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const file = `${number}.tocsin-evidence`;
  // Documents are trusted by their authority's certificate, the rest by the hub's.
  const signers = new Set(
    one.task_details.map((task) => units.data?.get(task.authority ?? "")?.code),
  );
  const trust = ["hub", ...signers].filter(Boolean).map((code) => `--trust keys/${code}.pem`);
  const check = `tocsin evidence check ${file} ${trust.join(" ")}`;
  const fetchIt = async () => {
    setBusy(true);
    setError(undefined);
    try {
      keep(await getBytes(`/api/v1/threats/${encodeURIComponent(number)}/evidence`), file);
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  return (
    <div className="bundle">
      <Button loading={busy} onClick={fetchIt}>
        {t.bundle}
      </Button>
      <span className="case-hint">{t.bundleHint}</span>
      {error !== undefined && <ProblemView error={error} />}
      <details>
        <summary>{t.bundleCheck}</summary>
        <p className="case-hint">{t.bundleKeys}</p>
        <p className="command">
          <code>tocsin evidence keys</code>
        </p>
        <p className="command">
          <code>{check}</code>
          <Button size="small" onClick={() => copy(check, t.copied)}>
            {t.copy}
          </Button>
        </p>
      </details>
    </div>
  );
}

function Tasks({ one }: { one: Case }) {
  const t = useTexts(threatTexts);
  return (
    <Section id="tasks" title={t.tasks}>
      {one.task_details.length === 0 && <p className="case-hint">{t.noTasks}</p>}
      {one.task_details.map((task) => (
        <article key={task.number} className="task-card" aria-label={task.number}>
          <h3>
            <DocNumber of={task.number} />
          </h3>
          <TaskFacts task={task} />
          <Ladders task={task} />
          <Points task={task} />
          <Outcome task={task} />
        </article>
      ))}
      {one.appeals.length > 0 && (
        <>
          <h3>{t.appeals}</h3>
          <ul className="case-list">
            {one.appeals.map((a) => (
              <li key={a.id}>
                <DocNumber of={a.number} />
                <StateTag state={a.state ?? ""} />
                <span>{a.grounds}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function Whole({ one }: { one: Case }) {
  const t = useTexts(threatTexts);
  const number = one.number ?? "";
  const open = [
    { number, steps: one.next },
    ...one.task_details.map((task) => ({ number: task.number ?? "", steps: task.next })),
    ...one.appeals.map((a) => ({ number: a.number ?? "", steps: [] })),
  ];
  const clocks = [
    ...(one.clocks ?? []).map((clock) => ({ number, clock })),
    ...one.task_details.flatMap((task) =>
      (task.clocks ?? []).map((clock) => ({ number: task.number ?? "", clock })),
    ),
    ...one.appeals.flatMap((a) =>
      (a.clocks ?? []).map((clock) => ({ number: a.number ?? "", clock })),
    ),
  ];
  const evidence = useMemo(
    () => [...new Set([...(one.evidence ?? []), ...(one.identification?.evidence ?? [])])],
    [one],
  );
  const parts: [string, string][] = [
    ["facts", t.facts],
    ["evidence", t.evidence],
    ["party", t.responsible],
    ["related", t.related],
    ["river", t.river],
    ["tasks", t.tasks],
  ];
  const go = (id: string) => document.getElementById(id)?.scrollIntoView();
  useKeys(parts.map(([id, title], i) => ({ key: String(i + 1), help: title, run: () => go(id) })));
  return (
    <>
      <PageHead
        title={number}
        purpose={t.purpose}
        help={t.help}
        extra={<StateTag state={one.state ?? ""} />}
      />
      <p className="case-title">{safeWords(one.title ?? "")}</p>
      <nav className="case-contents" aria-label={t.contents}>
        {parts.map(([id, title], i) => (
          <Button key={id} type="link" size="small" onClick={() => go(id)}>
            {i + 1} {title}
          </Button>
        ))}
      </nav>
      <Next open={open} threat={one} />
      <About one={one} />
      <Section id="evidence" title={t.evidence} hint={t.evidenceHint}>
        <EvidenceList ids={evidence} />
        <Bundle one={one} />
      </Section>
      <Party indicators={one.indicators ?? []} />
      <Related indicators={one.indicators ?? []} />
      <River number={number} clocks={clocks} />
      <Tasks one={one} />
    </>
  );
}

export default function Threat() {
  const { number = "" } = useParams();
  const t = useTexts(threatTexts);
  const { data, error, refetch } = useCase(number);
  if (data) return <Whole key={number} one={data} />;
  return (
    <>
      <PageHead title={number} purpose={t.purpose} />
      {error ? <ProblemView error={error} retry={() => refetch()} /> : <Skeleton active />}
    </>
  );
}
