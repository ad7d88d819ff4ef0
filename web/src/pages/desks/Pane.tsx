// What is worked on: the document with all a decision needs in view, and its steps by digits.
import { Alert, Button, Skeleton } from "antd";
import { useEffect, useRef, useState } from "react";
import { actionsOf } from "../../acts/steps";
import { useDuties } from "../../api/queries";
import { useKeys } from "../../base/keys";
import { ActionForm } from "../../parts/ActionForm";
import { Article } from "../../parts/Article";
import { ProblemView } from "../../parts/ProblemView";
import { StateTag } from "../../parts/StateTag";
import { useText, useTexts } from "../../texts/use";
import { Content, type Doing } from "./Document";
import { type Desk, queueOf, stepsOf } from "./desks";
import { useDocument } from "./documents";
import { deskTexts } from "./texts";

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
