// A rule set to be read: articles with what they cite, clocks, and settings where the law is silent.
import { Skeleton } from "antd";
import { useParams } from "react-router";
import { Facts } from "../../parts/Facts";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { law as en } from "../../texts/en/law";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { law as zh } from "../../texts/zh/law";
import { Panel } from "../admin/parts";
import type { ClockRule, RuleSetBody } from "../admin/shapes";
import { useRuleSet } from "./queries";

function useLength(): (rule: ClockRule) => string {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const text = useText();
  const units: Record<string, string> = {
    minute: t.minutes,
    hour: t.hours,
    working_day: t.workingDays,
    "working-day": t.workingDays,
    calendar_day: t.calendarDays,
    "calendar-day": t.calendarDays,
    calendar_month: t.months,
    "calendar-month": t.months,
    month_end: t.monthEnd,
    "month-end": t.monthEnd,
    notice: t.byNotice,
  };
  return (rule) =>
    rule.lengths
      .map((l) => {
        const unit = units[l.unit] ?? l.unit;
        const length = l.length ? `${l.length} ${unit}` : unit;
        const said = l.setting
          ? t.bySetting(text(l.word) || unit, l.setting)
          : text(l.word) || length;
        return l.grades?.length ? `${l.grades.join("/")}${mark.says}${said}` : said;
      })
      .join(mark.clauses);
}

/** `第10条` in a narrow column stays on one line. */
function useArticleNo() {
  const t = useTexts({ zh, en });
  const cells = useCells();
  return (number: string) =>
    cells.as(t.articleNo(number), <span className="nowrap">{t.articleNo(number)}</span>);
}

function Clocks({ set }: { set: RuleSetBody }) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const text = useText();
  const length = useLength();
  const articleNo = useArticleNo();
  if (set.clocks.length === 0) return null;
  return (
    <Panel title={t.clocks}>
      <Few
        title={t.clocks}
        heads={[t.clock, t.article, t.who, t.startEvent, t.length, t.requirements]}
        rows={set.clocks.map((c) => [
          `${text(c.name)}${c.floor ? `${mark.open}${t.atLeast}${mark.close}` : ""}`,
          articleNo(c.article),
          text(c.by),
          text(c.start),
          length(c),
          c.requirements.join(" "),
        ])}
      />
    </Panel>
  );
}

function Body({ set }: { set: RuleSetBody }) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const cells = useCells();
  const articleNo = useArticleNo();
  const text = useText();
  const word = useWord();
  return (
    <>
      <PageHead title={text(set.name)} purpose={t.ruleSetPurpose} help={t.help} />
      <Facts
        of={[
          [t.document, set.document],
          [t.issuer, text(set.issuer)],
          [t.issued, set.issued],
          [t.from, set.valid.from],
          [t.until, set.valid.last_day ?? t.inForce],
          [t.version, set.version],
          [t.province, set.province],
        ]}
      />
      {set.notes.length > 0 && (
        <Panel title={t.notes}>
          {set.notes.map((note) => (
            <p key={note.en}>{text(note)}</p>
          ))}
        </Panel>
      )}
      <Panel title={t.articles}>
        <Few
          title={t.articles}
          heads={[t.article, t.gist, t.requirements, t.cites]}
          none={t.none}
          rows={set.articles.map((a) => [
            articleNo(a.number),
            text(a.gist),
            a.requirements.join(" "),
            (a.cites ?? [])
              .map((c) => {
                const to = c.shown ?? c.cited;
                return `${to.law} ${t.articleNo(to.article)}`;
              })
              .join(mark.clauses),
          ])}
        />
      </Panel>
      <Clocks set={set} />
      {set.duties.length > 0 && (
        <Panel title={t.duties}>
          <Few
            title={t.duties}
            heads={[t.who, t.what, t.article, t.requirements]}
            rows={set.duties.map((d) => [
              text(d.who),
              text(d.what),
              articleNo(d.article),
              d.requirement,
            ])}
          />
        </Panel>
      )}
      {set.settings.length > 0 && (
        <Panel title={t.settings} hint={t.settingsHint}>
          <Few
            title={t.settings}
            heads={[t.setting, t.value, t.article, t.requirements, t.why]}
            rows={set.settings.map((s) => [
              cells.code(s.id),
              [s.default, word(s.unit)].filter(Boolean).join(" "),
              articleNo(s.article),
              s.requirement,
              text(s.why),
            ])}
          />
        </Panel>
      )}
    </>
  );
}

export default function RuleSet() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useRuleSet(id);
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  return data ? <Body set={data} /> : <Skeleton active />;
}
