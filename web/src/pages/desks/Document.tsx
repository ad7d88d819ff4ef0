// What is known of a document when somebody acts on it: its deadlines, and all that was said before.
import { Skeleton } from "antd";
import type { Clock, Step } from "../../api/shapes";
import { safeWords } from "../../base/defang";
import { useFormat } from "../../base/format";
import type { Action } from "../../parts/ActionForm";
import { Deadline } from "../../parts/Deadline";
import { Facts } from "../../parts/Facts";
import { ProblemView } from "../../parts/ProblemView";
import { useTexts, useWord } from "../../texts/use";
import { CaseFacts } from "./CaseFacts";
import { type Appeal, type Opened, useDocument } from "./documents";
import { EvidenceList } from "./Evidence";
import { TaskFacts } from "./TaskFacts";
import { deskTexts } from "./texts";

export interface Doing {
  action: Action;
  step: Step;
  /** What is acted on, where it is not the document of the pane. */
  subject?: string;
}
/** Begins an act on what is shown. */
export type Start = (doing: Doing) => void;

function AppealFacts({ appeal }: { appeal: Appeal }) {
  const t = useTexts(deskTexts);
  const word = useWord();
  const format = useFormat();
  const who = appeal.appellant;
  return (
    <section>
      <h3>{t.appeal}</h3>
      <Facts
        of={[
          [t.appellant, who?.name],
          [t.interest, word(who?.interest)],
          [t.contact, who?.contact],
          [t.knewAt, format.dateTime(appeal.knew_at ?? "")],
          [t.grounds, appeal.grounds],
          [t.newFacts, appeal.new_facts],
        ]}
      />
      <h3>{t.appealEvidence}</h3>
      <EvidenceList ids={appeal.evidence} />
    </section>
  );
}

function Clocks({ of }: { of: Clock[] | undefined }) {
  const t = useTexts(deskTexts);
  if (!of?.length) return null;
  return (
    <section>
      <h3>{t.clocks}</h3>
      <div className="desk-clocks">
        {of.map((clock) => (
          <Deadline key={`${clock.clock}:${clock.start}`} clock={clock} />
        ))}
      </div>
    </section>
  );
}

/** Without `start` it is only read. */
export function Content({ opened, start }: { opened: Opened; start?: Start }) {
  const { appeal, task, threat } = opened;
  return (
    <>
      <Clocks of={(appeal ?? task ?? threat)?.clocks} />
      {appeal && <AppealFacts appeal={appeal} />}
      {task && <TaskFacts task={task} start={start} />}
      {threat && <CaseFacts threat={threat} start={start} />}
    </>
  );
}

/** The same by the number, to be read beside a form. */
export default function Document({ number }: { number: string }) {
  const { data, error, refetch } = useDocument(number);
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 5 }} />;
  return (
    <>
      {data.threat?.title && <strong>{safeWords(data.threat.title)}</strong>}
      <Content opened={data} />
    </>
  );
}
