// The parts of a task that stand on its own page and on that of its case.

import { Skeleton, Tag } from "antd";
import { Link } from "react-router";
import { useFormat } from "../../base/format";
import { DocNumber } from "../../parts/DocNumber";
import { Facts } from "../../parts/Facts";
import { Person, Unit } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { StateTag } from "../../parts/StateTag";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { useText, useTexts, useWord } from "../../texts/use";
import { Piece } from "./EvidenceList";
import { type CaseTask, usePoints } from "./queries";
import { threatTexts } from "./texts";

const RUNGS = ["approved", "dispatched", "received", "loaded", "effective"] as const;

function LadderOf({ title, ladder }: { title?: string | undefined; ladder: CaseTask["ladder"] }) {
  const t = useTexts(threatTexts);
  const word = useWord();
  const format = useFormat();
  return (
    <>
      {title && <h3>{title}</h3>}
      <ol className="ladder">
        {RUNGS.map((rung) => {
          const at = ladder?.[rung];
          return (
            <li key={rung} className={at ? "reached" : undefined}>
              <strong>{word(rung)}</strong>
              <small>{at ? format.dateTime(at) : t.notYet}</small>
            </li>
          );
        })}
      </ol>
    </>
  );
}

export function Ladders({ task }: { task: CaseTask }) {
  const t = useTexts(threatTexts);
  const lifted = Boolean(task.lift_ladder?.approved);
  return (
    <>
      <LadderOf title={lifted ? t.ladder : undefined} ladder={task.ladder} />
      {lifted && <LadderOf title={t.liftLadder} ladder={task.lift_ladder} />}
    </>
  );
}

export function Points({ task }: { task: CaseTask }) {
  const t = useTexts(threatTexts);
  const word = useWord();
  const cells = useCells();
  const { data, error, refetch } = usePoints();
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 1 }} />;
  const own = data.filter((row) => row.point?.organization === task.addressee);
  return (
    <>
      <h3>{t.points}</h3>
      {own.length === 0 && <p className="case-hint">{t.noPoints}</p>}
      {own.length > 0 && (
        <>
          <p className="case-hint">{t.pointsHint}</p>
          <Few
            title={t.points}
            heads={[t.point, t.kind, t.wanted, t.actual, t.behind, t.lag, t.acknowledged]}
            rows={own.map(({ point, wanted, behind, lag_ms }) => [
              cells.as(
                point?.code,
                <>
                  <code>{point?.code}</code> {!point?.active && <Tag>{t.inactive}</Tag>}
                </>,
              ),
              word(point?.kind),
              cells.number(wanted),
              cells.number(point?.acknowledged),
              behind ? cells.number(behind) : { cell: t.upToDate, by: 0, text: "0" },
              cells.span(behind ? lag_ms : 0),
              cells.time(point?.acknowledged_at, t.never),
            ])}
          />
        </>
      )}
    </>
  );
}

export function TaskFacts({ task }: { task: CaseTask }) {
  const t = useTexts(threatTexts);
  const format = useFormat();
  const word = useWord();
  const notices = task.notice_numbers ?? [];
  return (
    <>
      <p className="task-marks">
        <StateTag state={task.state ?? ""} />
        {task.overdue && <Tag className="tone tone-red">{t.overdue}</Tag>}
        {task.suspended && <Tag className="tone tone-orange">{t.suspended}</Tag>}
      </p>
      <Facts
        className="case-facts"
        of={[
          [t.measure, `${word(task.measure)}`],
          [t.addressee, <Unit key="to" id={task.addressee} />],
          [t.authority, <Unit key="by" id={task.authority} />],
          [t.limit, format.length(task.limit ?? "")],
          [t.reason, task.reason],
          [
            t.notices,
            notices.length === 0
              ? t.notNotified
              : notices.map((n) => (
                  <span key={n} className="step">
                    <DocNumber of={n} />
                  </span>
                )),
          ],
          [
            t.sideNotices,
            (task.side_notices ?? []).length > 0 &&
              task.side_notices?.map((id) => (
                <Link key={id} to={`/notices/${id}`}>
                  …{id.slice(-6)}{" "}
                </Link>
              )),
          ],
          [
            t.phoneCall,
            task.phone_call?.callee &&
              t.phoneLine(task.phone_call.callee, task.phone_call.number ?? ""),
          ],
        ].filter((row): row is [string, string] => Boolean(row[1]))}
      />
    </>
  );
}

/** What the addressee said, what was found, and the sanctions. */
export function Outcome({ task }: { task: CaseTask }) {
  const t = useTexts(threatTexts);
  const text = useText();
  const word = useWord();
  const format = useFormat();
  return (
    <>
      {(task.feedback ?? []).map((f) => (
        <div key={f.by?.at} className="outcome">
          <h3>
            {t.feedback} · {word(f.outcome)} · {f.on_time ? t.onTime : t.late}
          </h3>
          <p className="case-text">{f.detail}</p>
          <small>
            <Person id={f.by?.person} unit={f.by?.organization} /> {format.dateTime(f.by?.at ?? "")}
          </small>
          {f.evidence?.map((id) => (
            <Piece key={id} id={id} />
          ))}
        </div>
      ))}
      {(task.verifications ?? []).map((v) => (
        <div key={v.by?.at} className="outcome">
          <h3>
            {t.verification} · {word(v.verdict)} · {word(v.method)}
          </h3>
          <p className="case-text">{text({ zh: v.detail_zh, en: v.detail })}</p>
          <small>
            <Person id={v.by?.person} unit={v.by?.organization} /> {format.dateTime(v.by?.at ?? "")}
          </small>
          {v.evidence?.map((id) => (
            <Piece key={id} id={id} />
          ))}
        </div>
      ))}
      {(task.sanctions ?? []).length > 0 && (
        <>
          <h3>{t.sanctions}</h3>
          <ul className="case-list">
            {task.sanctions?.map((s) => (
              <li key={`${s.kind} ${s.by?.at}`}>
                {word(s.kind)} {format.dateTime(s.by?.at ?? "")} {s.by?.reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
