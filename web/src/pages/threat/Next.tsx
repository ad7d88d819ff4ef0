// The one step that waits for the reader here, as the page's only primary button. Whose turn it is
// comes from the duties, which know units; where nothing waits for the reader, the page says for
// which role the document waits, and on which article.
import { Button } from "antd";
import { useEffect, useState } from "react";
import { useStepName } from "../../acts/names";
import { actionsOf, inOrder, REFUSALS } from "../../acts/steps";
import { useDuties } from "../../api/queries";
import type { Duty, OpenStep, Step, Threat } from "../../api/shapes";
import { useKeys } from "../../base/keys";
import { hubSays } from "../../base/now";
import { type Action, ActionForm } from "../../parts/ActionForm";
import { Article } from "../../parts/Article";
import { Deadline } from "../../parts/Deadline";
import { DocNumber } from "../../parts/DocNumber";
import { useText, useTexts, useWord } from "../../texts/use";
import { threatTexts } from "./texts";

interface Doing {
  action: Action;
  step: Step;
  number: string;
}

/** Steps that correct something; nobody waits for them. */
const CORRECTIONS = new Set(["merged", "returned", "reopened", "lift-ordered", "withdrawn"]);

function goesOn({ action, step }: Doing): boolean {
  return !action.danger && !REFUSALS.has(step.to);
}

function offersOf(duty: Duty, threat: Threat | undefined): Doing[] {
  return inOrder(duty.next).flatMap((step) =>
    actionsOf(duty.number, step, duty.relapse?.id, threat).map((action) => ({
      action,
      step,
      number: duty.number,
    })),
  );
}

function Waits({ open }: { open: { number: string; steps: OpenStep[] }[] }) {
  const t = useTexts(threatTexts);
  const word = useWord();
  const name = useStepName();
  const all = open
    .map(({ number, steps }) => ({
      number,
      steps: steps.filter((s) => !CORRECTIONS.has(s.to)),
    }))
    .filter(({ steps }) => steps.length > 0);
  // A case closes with its last task: while one is open, nobody waits for the closing.
  const closes = (steps: OpenStep[]) => steps.every((s) => s.to === "closed");
  const waiting = all.length > 1 ? all.filter(({ steps }) => !closes(steps)) : all;
  if (waiting.length === 0) return <p>{t.nothingNext}</p>;
  return (
    <>
      <p>{t.notMine}</p>
      <ul className="waits">
        {waiting.map(({ number, steps }) => (
          <li key={number}>
            <DocNumber of={number} />
            {inOrder(steps).map((step) => (
              <span key={`${step.to}-${step.role}`} className="step">
                {t.waitsFor(word(step.role), name(number, step))}
                <Article article={step.article} requirement={step.requirement} />
              </span>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

interface NextProps {
  open: { number: string; steps: OpenStep[] }[];
  /** The case, on its own page. */
  threat?: Threat;
}

export function Next({ open, threat }: NextProps) {
  const t = useTexts(threatTexts);
  const text = useText();
  const { data } = useDuties();
  const [doing, setDoing] = useState<Doing>();
  useEffect(() => {
    if (data) hubSays(data.now);
  }, [data]);
  const numbers = new Set(open.map((o) => o.number));
  const mine = (data?.items ?? []).filter((d) => numbers.has(d.number));
  const offers = mine.flatMap((duty) => offersOf(duty, threat));
  const first = offers.find(goesOn) ?? offers[0];
  const others = offers.filter((o) => o !== first);
  const clock = mine.find((d) => d.number === first?.number)?.clock;
  useKeys([{ key: "a", help: t.doNext, run: () => first && setDoing(first) }]);
  return (
    <section className="case-next" aria-labelledby="case-next">
      <h2 id="case-next">{t.next}</h2>
      {first && (
        <div className="next-row">
          <Button
            type="primary"
            size="large"
            danger={first.action.danger}
            onClick={() => setDoing(first)}
          >
            {text(first.action.title)}
          </Button>
          <code>{first.number}</code>
          <Article article={first.step.article} requirement={first.step.requirement} />
          {clock && <Deadline clock={clock} />}
        </div>
      )}
      {others.length > 0 && (
        <div className="next-row">
          <span>{t.orElse}</span>
          {others.map((other) => (
            <span key={other.action.id} className="step">
              <Button
                size="small"
                danger={other.action.danger}
                aria-label={`${text(other.action.title)} ${other.number}`}
                onClick={() => setDoing(other)}
              >
                {text(other.action.title)}
              </Button>
              <Article article={other.step.article} requirement={other.step.requirement} />
            </span>
          ))}
        </div>
      )}
      {!first && data && <Waits open={open} />}
      {doing && (
        <ActionForm
          action={doing.action}
          step={doing.step}
          subject={doing.number}
          close={() => setDoing(undefined)}
        />
      )}
    </section>
  );
}
