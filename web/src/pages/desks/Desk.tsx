// A desk: the queue of a role by the time that is left, and beside it what is worked on.
import { Button } from "antd";
import { useCallback, useMemo } from "react";
import { useLocation, useSearchParams } from "react-router";
import { actionsOf } from "../../acts/steps";
import { api, data } from "../../api/client";
import type { Duties, Duty, Page } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { hubSays } from "../../base/now";
import { Deadline } from "../../parts/Deadline";
import { PageHead } from "../../parts/PageHead";
import { StateTag } from "../../parts/StateTag";
import { DataTable } from "../../parts/table/DataTable";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { useText, useTexts, useWord } from "../../texts/use";
import { Bulk } from "./Bulk";
import { BulkRun } from "./BulkRun";
import { type Desk, desks, queueOf } from "./desks";
import type { Task } from "./documents";
import { Pane } from "./Pane";
import { forget, type Run, useRuns } from "./runs";
import { deskTexts } from "./texts";

function useColumns(): Column<Duty>[] {
  const t = useTexts(deskTexts);
  const word = useWord();
  const text = useText();
  const format = useFormat();
  const steps = (duty: Duty) =>
    duty.next
      .flatMap((s) => actionsOf(duty.number, s, duty.relapse?.id).map((a) => text(a.title)))
      .join(" / ");
  return [
    {
      key: "left",
      title: t.left,
      width: 270,
      cell: (d) => d.clock && <Deadline clock={d.clock} />,
      text: (d) => format.due(d.clock),
      order: (d) => instant(d.clock?.due),
    },
    {
      key: "number",
      title: t.number,
      width: 140,
      cell: (d) => <code>{d.number}</code>,
      text: (d) => d.number,
    },
    {
      key: "state",
      title: t.state,
      width: 110,
      cell: (d) => <StateTag state={d.state} />,
      text: (d) => word(d.state),
    },
    {
      key: "subject",
      title: t.subject,
      width: 180,
      grow: true,
      cell: (d) => <span title={d.title}>{d.title}</span>,
      text: (d) => d.title,
    },
    {
      key: "steps",
      title: t.steps,
      width: 180,
      cell: (d) => <span title={steps(d)}>{steps(d)}</span>,
      text: steps,
    },
  ];
}

/** Tasks of a state, the newest first, as lines of the queue. */
async function tasksOf(state: string, known: Duty[], signal: AbortSignal): Promise<Duty[]> {
  const query = { state, limit: 1000, sort: "-created" as const };
  const answer = api.GET("/api/v1/tasks", { params: { query }, signal });
  const tasks = ((await data(answer)) as Page<Task & { threat_title?: string }>).items;
  return tasks
    .filter((task) => !known.some((d) => d.number === task.number))
    .map((task) => ({
      number: task.number ?? "",
      title: task.threat_title ?? task.reason ?? "",
      state: task.state ?? "",
      next: [],
    }));
}

async function load(desk: Desk, { signal }: Ask): Promise<Page<Duty>> {
  const duties = (await data(api.GET("/api/v1/duties", { signal }))) as unknown as Duties;
  hubSays(duties.now);
  const waiting = queueOf(desk, duties.items);
  const more = desk.tasks ? await tasksOf(desk.tasks, waiting, signal) : [];
  return { items: [...waiting, ...more] };
}

/** The dialog of the run that is shown; a run whose sample is being read waits as a button. */
function Runs(props: {
  desk: Desk;
  shown: string;
  put: (some: { open?: string; run?: string }) => void;
}) {
  const t = useTexts(deskTexts);
  const text = useText();
  const format = useFormat();
  const runs = useRuns().filter((r) => r.desk === props.desk.id);
  const run = runs.find((r) => r.id === props.shown);
  const waiting = runs.filter((r) => r !== run && !r.values);
  const close = (one: Run) => {
    props.put({ run: "" });
    // What was begun is found again in the list of work; what was not is forgotten.
    if (!one.values) forget(one.id);
  };
  return (
    <>
      {waiting.length > 0 && (
        <div className="desk-bulk">
          {waiting.map((r) => (
            <Button key={r.id} type="primary" onClick={() => props.put({ run: r.id })}>
              {t.bulkTitle(text(r.shared.title), format.number(r.shared.actions.size))}
            </Button>
          ))}
        </div>
      )}
      {run && (
        <BulkRun
          key={run.id}
          run={run}
          open={(number) => props.put({ run: "", open: number })}
          close={() => close(run)}
        />
      )}
    </>
  );
}

function OneDesk({ desk }: { desk: Desk }) {
  const t = useTexts(deskTexts);
  const text = useText();
  const columns = useColumns();
  const [params, setParams] = useSearchParams();
  const opened = params.get("open") ?? "";
  const put = useCallback(
    (some: { open?: string; run?: string }) =>
      setParams((old) => {
        const next = new URLSearchParams(old);
        for (const [name, value] of Object.entries(some)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      }),
    [setParams],
  );
  const open = useCallback((number: string) => put({ open: number }), [put]);
  const loadRows = useCallback((ask: Ask) => load(desk, ask), [desk]);
  const rowKey = useCallback((d: Duty) => d.number, []);
  const live = useMemo(() => ["threat", "task", "appeal", "relapse"] as const, []);
  return (
    <>
      <PageHead
        title={text(desk.title)}
        purpose={text(desk.purpose)}
        help={
          <>
            <p>{t.help}</p>
            {desk.sampled && <p>{t.helpSampled}</p>}
          </>
        }
      />
      <div className={opened ? "desk desk-open" : "desk"}>
        <DataTable
          name={`desk-${desk.id}`}
          title={text(desk.title)}
          live={[...live]}
          columns={columns}
          rowKey={rowKey}
          load={loadRows}
          open={(d) => open(d.number)}
          emptyHint={t.empty}
          bulk={(rows, clear) => (
            <Bulk desk={desk} rows={rows} clear={clear} show={(run) => put({ run })} />
          )}
        />
        {opened && <Pane key={opened} desk={desk} number={opened} close={() => open("")} />}
      </div>
      <Runs desk={desk} shown={params.get("run") ?? ""} put={put} />
    </>
  );
}

export default function DeskPage() {
  const { pathname } = useLocation();
  const desk = desks.find((d) => pathname.endsWith(`/desks/${d.id}`));
  // Another desk is another page, though the same code.
  return desk && <OneDesk key={desk.id} desk={desk} />;
}
