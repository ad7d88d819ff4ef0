// The situation in a period: how many, where, how fast; every number opens the rows behind it.
import { Alert, Button, Empty, Input, Segmented, Select, Skeleton } from "antd";
import { useFormat } from "../../base/format";
import { useDark, useSettings } from "../../base/settings";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { situation as en } from "../../texts/en/situation";
import { useMarks, useText, useTexts } from "../../texts/use";
import { situation as zh } from "../../texts/zh/situation";
import {
  type Asked,
  type Group,
  PERIODS,
  reportUrl,
  type Situation,
  spoken,
  useAsked,
  useSituation,
} from "./ask";
import { Clocks } from "./Clocks";
import { Amount, Change, Course, Panel } from "./Figures";
import { provinces } from "./provinces";
import { Tiles } from "./Tiles";

/** Their shares matter: drawn as bars besides the table. */
const CHARTED = new Set(["c2", "imitates", "behaviour", "level", "indicators", "severity"]);
const STRUCTURE = [
  "c2",
  "imitates",
  "behaviour",
  "subtype",
  "level",
  "party-gov",
  "cii",
  "severity",
  "indicators",
];
const HANDLING = ["state", "tasks", "measure", "task-state", "list", "list-new"];
const REST = ["appeals", "ruling", "sources"];

function Controls({ asked, change }: { asked: Asked; change: (some: Partial<Asked>) => void }) {
  const t = useTexts({ zh, en });
  const text = useText();
  const prints = {
    week: t.printWeek,
    month: t.printMonth,
    quarter: t.printQuarter,
    year: t.printYear,
  };
  const { language } = useSettings();
  return (
    <div className="table-tools" role="toolbar" aria-label={t.period}>
      <Segmented
        aria-label={t.period}
        value={asked.period}
        options={PERIODS.map((p) => ({ value: p, label: t[p] }))}
        onChange={(period) => change({ period })}
      />
      <Input
        className="situation-until"
        type="date"
        addonBefore={t.until}
        aria-label={t.until}
        min="1990-01-01"
        max="2099-12-31"
        value={asked.until}
        onChange={(e) => change({ until: e.target.value })}
      />
      <Select
        className="situation-region"
        aria-label={t.province}
        showSearch
        optionFilterProp="label"
        value={asked.province}
        options={[
          { value: "", label: t.everywhere },
          ...provinces.map((p) => ({ value: p.code, label: text(p.title) })),
          { value: "abroad", label: t.abroad },
          { value: "unknown", label: t.unknown },
        ]}
        onChange={(province) => change({ province })}
      />
      <Button href={reportUrl(asked, language, "html")} target="_blank" rel="noopener">
        {prints[asked.period]}
      </Button>
      <Button href={reportUrl(asked, language, "xlsx")}>{t.workbook}</Button>
    </div>
  );
}

function Classes({ group }: { group: Group }) {
  const t = useTexts({ zh, en });
  const text = useText();
  return (
    <ul className="classes">
      {group.figures.map((f) => {
        const name = text(f.title) || f.name;
        return (
          <li key={f.name}>
            <h3>{name}</h3>
            <Amount number={f.current} of={name} />
            <dl>
              <dt>{t.previous}</dt>
              <dd>
                <Amount number={f.previous} of={`${name} ${t.previous}`} />{" "}
                <Change percent={f.change_percent} />
              </dd>
              <dt>{t.lastYear}</dt>
              <dd>
                <Amount number={f.last_year} of={`${name} ${t.lastYear}`} />{" "}
                <Change percent={f.change_percent_year} />
              </dd>
            </dl>
          </li>
        );
      })}
    </ul>
  );
}

function Panels({ title, names, found }: { title: string; names: string[]; found: Situation }) {
  const groups = names.flatMap((name) => found.groups.filter((g) => g.name === name));
  if (groups.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <div className="panels">
        {groups.map((g) => (
          <Panel key={g.name} group={g} charted={CHARTED.has(g.name)} />
        ))}
      </div>
    </section>
  );
}

function Found({ found }: { found: Situation }) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const of = (name: string) => found.groups.find((g) => g.name === name);
  const classes = of("class");
  const tiles = of("province");
  const views = { whole: t.whole, unit: t.ownUnit, published: t.published };
  const span = (days: { from: string; until: string }) => t.span(days.from, days.until);
  return (
    <>
      <p className="situation-span">
        <strong>{span(found.current)}</strong>{" "}
        <small>
          {t.compared(span(found.previous), span(found.last_year))} · {views[found.view]}
        </small>
      </p>
      {!found.index.complete && <Alert type="info" showIcon message={t.building} />}
      {!found.groups.some((g) => g.figures.some(spoken)) && (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={`${t.empty}${mark.stop}${t.emptyHint}`}
        />
      )}
      {classes && (
        <section aria-label={t.fiveClasses}>
          <h2>{t.fiveClasses}</h2>
          <Classes group={classes} />
        </section>
      )}
      {tiles && <Tiles group={tiles} />}
      <section aria-label={t.course}>
        <h2>{t.course}</h2>
        <div className="panels">
          {found.series
            .filter((s) => s.points.some((p) => p.number.count > 0))
            .map((s) => (
              <Course key={s.name} series={s} />
            ))}
        </div>
      </section>
      <Panels title={t.structure} names={STRUCTURE} found={found} />
      <section aria-label={t.clocks}>
        <h2>{t.clocks}</h2>
        <div className="panel">
          <Clocks clocks={found.clocks} />
        </div>
      </section>
      <Panels title={t.handling} names={[...HANDLING, ...REST]} found={found} />
    </>
  );
}

export default function SituationPage() {
  const t = useTexts({ zh, en });
  const text = useText();
  const format = useFormat();
  const dark = useDark();
  const [asked, change] = useAsked();
  const { data, error, refetch } = useSituation(asked);
  const picture = async () => {
    if (!data) return;
    const { paint, save } = await import("./picture");
    save(
      paint(data, {
        text,
        number: format.number,
        dark,
        title: t.title,
        same: t.same,
        span: t.span,
      }),
    );
  };
  return (
    <>
      <PageHead
        title={t.title}
        purpose={t.purpose}
        help={t.help}
        extra={
          <Button disabled={!data} onClick={() => void picture()}>
            {t.picture}
          </Button>
        }
      />
      <Controls asked={asked} change={change} />
      {error && <ProblemView error={error} retry={() => refetch()} />}
      {!data && !error && <Skeleton active paragraph={{ rows: 12 }} title={false} />}
      {data && <Found found={data} />}
    </>
  );
}
