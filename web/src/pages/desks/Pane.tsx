// What is worked on: the document with all a decision needs in view, and its steps by digits.
import { Alert, Button, Skeleton } from "antd";
import { useEffect, useRef, useState } from "react";
import { actionsOf } from "../../acts/steps";
import { useDuties } from "../../api/queries";
import type { Clock, Step } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { useKeys } from "../../base/keys";
import { type Action, ActionForm } from "../../parts/ActionForm";
import { Article } from "../../parts/Article";
import { Deadline } from "../../parts/Deadline";
import { ProblemView } from "../../parts/ProblemView";
import { StateTag } from "../../parts/StateTag";
import { useText, useTexts, useWord } from "../../texts/use";
import { CaseFacts } from "./CaseFacts";
import { type Desk, queueOf, stepsOf } from "./desks";
import { type Appeal, type Opened, useDocument } from "./documents";
import { EvidenceList } from "./Evidence";
import { Facts } from "./Facts";
import { TaskFacts } from "./TaskFacts";
import { deskTexts } from "./texts";

export interface Doing {
  action: Action;
  step: Step;
  /** What is acted on, where it is not the document of the pane. */
  subject?: string;
}
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

function Content({ opened, start }: { opened: Opened; start: Start }) {
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

interface Props {
  desk: Desk;
  number: string;
  close: () => void;
}

export function Pane({ desk, number, close }: Props) {
  const t = useTexts(deskTexts);
  const text = useText();
  const duties = useDuties();
  const { data, error, refetch } = useDocument(number);
  const [doing, setDoing] = useState<Doing>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  const duty = queueOf(desk, duties.data?.items ?? []).find((d) => d.number === number);
  const document = data?.appeal ?? data?.task ?? data?.threat;
  const steps = stepsOf(desk, duty?.next ?? [], document?.next ?? []);
  const offered: Doing[] = steps.flatMap((step) =>
    actionsOf(number, step, duty?.relapse?.id).map((action) => ({ action, step })),
  );
  useKeys([
    { key: "Escape", help: t.close, run: close },
    ...offered.slice(0, 9).map((one, i) => ({
      key: String(i + 1),
      help: text(one.action.title),
      run: () => setDoing(one),
    })),
  ]);

  return (
    <aside className="desk-pane" aria-label={t.pane(number)}>
      <header>
        <div>
          <h2 ref={heading} tabIndex={-1}>
            <code>{number}</code> {data?.threat?.title}
          </h2>
          {document?.state && <StateTag state={document.state} />}
        </div>
        <Button size="small" onClick={close}>
          {t.close}
        </Button>
      </header>
      {error && <ProblemView error={error} retry={() => refetch()} />}
      {!data && !error && <Skeleton active paragraph={{ rows: 8 }} />}
      {data && (
        <>
          {offered.length > 0 ? (
            <div className="desk-acts">
              {offered.map((one, i) => (
                <span className="step" key={one.action.id}>
                  <Button
                    type={i === 0 ? "primary" : "default"}
                    danger={one.action.danger}
                    onClick={() => setDoing(one)}
                  >
                    {i < 9 && `${i + 1} `}
                    {text(one.action.title)}
                  </Button>
                  <Article article={one.step.article} requirement={one.step.requirement} />
                </span>
              ))}
            </div>
          ) : (
            duties.data && !desk.tasks && <Alert type="info" showIcon message={t.gone} />
          )}
          <Content opened={data} start={setDoing} />
        </>
      )}
      {doing && (
        <ActionForm
          action={doing.action}
          step={doing.step}
          subject={doing.subject ?? number}
          close={() => setDoing(undefined)}
        />
      )}
    </aside>
  );
}
