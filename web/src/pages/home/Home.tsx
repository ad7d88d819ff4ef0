// My duties: what waits for me and until when, with the step in place.
import { Button, Empty, Skeleton } from "antd";
import { lazy, Suspense, startTransition, useEffect, useState } from "react";
import { Link } from "react-router";
import { useStepName } from "../../acts/names";
import { actionsOf, inOrder } from "../../acts/steps";
import { useDuties, useMe } from "../../api/queries";
import type { Duty, Step } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { useKeys } from "../../base/keys";
import { hubSays, useNow } from "../../base/now";
import { placeOf } from "../../base/numbers";
import { type Action, ActionForm } from "../../parts/ActionForm";
import { Article } from "../../parts/Article";
import { Deadline } from "../../parts/Deadline";
import { DocNumber } from "../../parts/DocNumber";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { StateTag } from "../../parts/StateTag";
import { useOrder } from "../../parts/table/Few";
import { instant } from "../../parts/table/sort";
import { urgency } from "../../parts/urgency";
import { home as en } from "../../texts/en/home";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { home as zh } from "../../texts/zh/home";

const SHOWN = 100;
/** What a window shows without scrolling is there first, the rest after it. */
const FIRST = 25;
// Nobody decides unseen; fetched with the first form, so that the duties come up soon.
const Document = lazy(() => import("../desks/Document"));

interface Doing {
  action: Action;
  step: Step;
  duty: Duty;
}

function Steps({ duty, start }: { duty: Duty; start: (doing: Doing) => void }) {
  const text = useText();
  const name = useStepName();
  return inOrder(duty.next).map((step) => {
    const actions = actionsOf(duty.number, step, duty.relapse?.id);
    return (
      <span key={step.to} className="step">
        {actions.length === 0 && (
          <Link to={placeOf(duty.number) ?? ""}>{name(duty.number, step)}</Link>
        )}
        {actions.map((action) => (
          <Button
            key={action.id}
            size="small"
            danger={action.danger}
            aria-label={`${text(action.title)} ${duty.number}`}
            onClick={() => start({ action, step, duty })}
          >
            {text(action.title)}
          </Button>
        ))}
        <Article article={step.article} requirement={step.requirement} />
      </span>
    );
  });
}

/** By itself, because it is counted anew every second and the table is not. */
function Counts({ duties }: { duties: Duty[] }) {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const now = useNow();
  const overdue = duties.filter((d) => d.clock && urgency(d.clock, now) === "late").length;
  return (
    <p className="counts" role="status">
      {t.count(format.number(duties.length))}
      {overdue > 0 && <strong>{t.overdue(format.number(overdue))}</strong>}
    </p>
  );
}

export default function Home() {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const format = useFormat();
  const word = useWord();
  const { data, error, refetch } = useDuties();
  const runsPlatform = useMe().data?.user.roles.includes("admin");
  const [doing, setDoing] = useState<Doing>();
  const [at, setAt] = useState(-1);
  const [shown, setShown] = useState(FIRST);
  useEffect(() => {
    if (!data) return;
    hubSays(data.now);
    startTransition(() => setShown((n) => Math.max(n, SHOWN)));
  }, [data]);

  // In the hub's order, by the time that is left, until a header is chosen.
  const order = useOrder(
    [t.left, t.number, t.subject, t.state, t.steps],
    data?.items ?? [],
    (duty) => [
      { cell: null, by: instant(duty.clock?.due), text: "" },
      duty.number,
      duty.title,
      word(duty.state),
      null,
    ],
  );
  const duties = order.rows;
  const go = (index: number) => {
    const to = Math.max(0, Math.min(duties.length - 1, shown - 1, index));
    setAt(to);
    document.getElementById(`duty-${to}`)?.scrollIntoView({ block: "nearest" });
  };
  const first = () => {
    const duty = duties[at];
    for (const step of inOrder(duty?.next ?? [])) {
      const action = duty && actionsOf(duty.number, step, duty.relapse?.id)[0];
      if (action) return setDoing({ action, step, duty });
    }
  };
  useKeys([
    { key: "j", help: t.next, run: () => go(at + 1) },
    { key: "k", help: t.previous, run: () => go(at - 1) },
    { key: "Enter", help: t.act, run: first },
  ]);

  return (
    <>
      <PageHead
        title={t.title}
        purpose={t.purpose}
        help={t.help}
        extra={data && <Counts duties={duties} />}
      />
      {error && <ProblemView error={error} retry={() => refetch()} />}
      {!data && !error && <Skeleton active paragraph={{ rows: 8 }} title={false} />}
      {data && duties.length === 0 && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={`${t.none}${mark.stop}${t.noneHint}`}
        >
          {runsPlatform && <Link to="/start">{t.toStart}</Link>}
        </Empty>
      )}
      {duties.length > 0 && (
        <table className="duties" aria-label={t.title}>
          {order.head}
          <tbody>
            {duties.slice(0, shown).map((duty, i) => (
              <tr key={duty.number} id={`duty-${i}`} className={i === at ? "at" : undefined}>
                <td className="duty-left">{duty.clock && <Deadline clock={duty.clock} />}</td>
                <td className="duty-number">
                  <DocNumber of={duty.number} />
                </td>
                <td className="duty-title">
                  {duty.title}
                  {duty.relapse && <small> · {t.relapse}</small>}
                </td>
                <td className="duty-state">
                  <StateTag state={duty.state} />
                </td>
                <td className="duty-steps">
                  <Steps duty={duty} start={setDoing} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {shown >= SHOWN && duties.length > shown && (
        <Button className="more" onClick={() => setShown(shown + SHOWN)}>
          {t.more(format.number(Math.min(SHOWN, duties.length - shown)))}
        </Button>
      )}
      {doing && (
        <ActionForm
          action={doing.action}
          step={doing.step}
          subject={doing.duty.number}
          about={
            <Suspense fallback={<Skeleton active title={false} paragraph={{ rows: 5 }} />}>
              <Document number={doing.duty.number} />
            </Suspense>
          }
          close={() => setDoing(undefined)}
        />
      )}
    </>
  );
}
