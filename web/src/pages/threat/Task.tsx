// One disposal task: its notice, what was done and found, and where the measure has come to.
import { Skeleton } from "antd";
import { useParams } from "react-router";
import type { OpenStep } from "../../api/shapes";
import { DocNumber } from "../../parts/DocNumber";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { useTexts, useWord } from "../../texts/use";
import { Indicators } from "./Indicators";
import { Next } from "./Next";
import { type CaseTask, useTask } from "./queries";
import { Clocks } from "./River";
import { Section } from "./Section";
import { Ladders, Outcome, Points, TaskFacts } from "./TaskParts";
import { threatTexts } from "./texts";
import "./threat.css";

/** `T-2026-000001` of `T-2026-000001-2`. */
function caseOf(number: string): string {
  return number.split("-").slice(0, 3).join("-");
}

function Whole({ task }: { task: CaseTask }) {
  const t = useTexts(threatTexts);
  const word = useWord();
  const number = task.number ?? "";
  const open: { number: string; steps: OpenStep[] }[] = [{ number, steps: task.next }];
  return (
    <>
      <PageHead
        title={`${number} ${word(task.measure)}`}
        purpose={t.taskPurpose}
        help={t.taskHelp}
        extra={
          <p>
            {t.case} <DocNumber of={caseOf(number)} />
          </p>
        }
      />
      <Next open={open} />
      <Section id="facts" title={t.facts}>
        <TaskFacts task={task} />
        <Indicators all={task.indicators ?? []} />
      </Section>
      <Section id="clocks" title={t.clocks}>
        <Clocks clocks={(task.clocks ?? []).map((clock) => ({ number, clock }))} />
      </Section>
      <Section id="effect" title={t.ladder}>
        <Ladders task={task} />
        <Points task={task} />
      </Section>
      <Section id="outcome" title={t.verification}>
        <Outcome task={task} />
      </Section>
    </>
  );
}

export default function Task() {
  const { number = "" } = useParams();
  const t = useTexts(threatTexts);
  const { data, error, refetch } = useTask(number);
  if (data) return <Whole task={data} />;
  return (
    <>
      <PageHead title={number} purpose={t.taskPurpose} />
      {error ? <ProblemView error={error} retry={() => refetch()} /> : <Skeleton active />}
    </>
  );
}
