// A deadline: what for, how long still, on which article.
import { Tooltip } from "antd";
import type { Clock } from "../api/shapes";
import { useFormat } from "../base/format";
import { useNow } from "../base/now";
import { useMarks, useTexts, useWord } from "../texts/use";
import { Article } from "./Article";
import { partsTexts } from "./texts";
import { urgency } from "./urgency";

export function Deadline({ clock }: { clock: Clock }) {
  const t = useTexts(partsTexts);
  const mark = useMarks();
  const word = useWord();
  const format = useFormat();
  const now = useNow();
  const how = urgency(clock, now);
  const due = clock.due ?? "";
  const left = Date.parse(due) - now;
  const said = {
    late: t.late(format.span(-left)),
    red: t.left(format.span(left)),
    orange: t.left(format.span(left)),
    yellow: t.left(format.span(left)),
    blue: t.left(format.span(left)),
    met: t.met,
    "met-late": t.metLate,
    waived: t.waived,
  }[how];
  const notes = [
    `${t.dueAt} ${format.due(clock)}`,
    clock.policy && t.policyClock,
    clock.provisional && t.provisional,
  ].filter(Boolean);
  return (
    <span className="deadline">
      <Tooltip title={notes.join(mark.clauses)}>
        <span className={`deadline-left urgency-${how}`} role="timer">
          {said}
        </span>
      </Tooltip>
      <span>{word(clock.clock)}</span>
      {clock.provisional && !clock.met_at && <small>{t.provisionalWord}</small>}
      {clock.basis?.article && (
        <Article
          article={clock.basis.article}
          ruleSet={clock.basis.rule_set}
          requirement={clock.basis.requirement}
        />
      )}
    </span>
  );
}
