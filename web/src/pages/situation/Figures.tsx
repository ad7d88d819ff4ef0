// Numbers that open their rows, with what they were before.
import { useMemo } from "react";
import { Link, useNavigate } from "react-router";
import { useFormat } from "../../base/format";
import { Chart } from "../../parts/chart/Chart";
import { type Cell, Few } from "../../parts/table/Few";
import { situation as en } from "../../texts/en/situation";
import { useText, useTexts } from "../../texts/use";
import { situation as zh } from "../../texts/zh/situation";
import { type Count, type Figure, type Group, rowsAt, type Series, spoken } from "./ask";

export function Amount({ number, of }: { number: Count; of: string }) {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const shown = format.number(number.count);
  if (!number.rows) return <span className="amount">{shown}</span>;
  return (
    <Link className="amount" to={rowsAt(number.rows)} aria-label={t.rowsOf(of, shown)}>
      {shown}
    </Link>
  );
}

/** The number as a cell of a table. */
export function amountCell(number: Count, of: string): Cell {
  return { cell: <Amount number={number} of={of} />, by: number.count, text: String(number.count) };
}

/** An arrow and a percentage; a dash where there was nothing to compare with. */
export function Change({ percent }: { percent: number | undefined }) {
  const t = useTexts({ zh, en });
  if (percent === undefined) return <span title={t.nothingBefore}>–</span>;
  if (percent === 0) return <span>{t.same}</span>;
  return (
    <span>
      {percent > 0 ? "▲" : "▼"} {Math.abs(percent)}%
    </span>
  );
}

function changeCell(percent: number | undefined): Cell {
  const text = percent === undefined ? "" : `${percent}%`;
  return { cell: <Change percent={percent} />, by: percent, text };
}

export function FigureTable({ title, figures }: { title: string; figures: Figure[] }) {
  const t = useTexts({ zh, en });
  const text = useText();
  return (
    <Few
      figures
      title={title}
      heads={[t.name, t.current, t.previous, t.change, t.lastYear, t.change]}
      rows={figures.map((f) => {
        const name = text(f.title) || f.name;
        return [
          name,
          amountCell(f.current, `${title} ${name} ${t.current}`),
          amountCell(f.previous, `${title} ${name} ${t.previous}`),
          changeCell(f.change_percent),
          amountCell(f.last_year, `${title} ${name} ${t.lastYear}`),
          changeCell(f.change_percent_year),
        ];
      })}
    />
  );
}

/** A group as numbers; as bars too when it is one whose shares matter. */
export function Panel({ group, charted }: { group: Group; charted: boolean }) {
  const t = useTexts({ zh, en });
  const text = useText();
  const go = useNavigate();
  const title = text(group.title);
  const figures = useMemo(() => group.figures.filter(spoken), [group]);
  const points = useMemo(
    () =>
      figures
        .filter((f) => f.current.count > 0)
        .map((f) => ({ name: text(f.title) || f.name, value: f.current.count })),
    [figures, text],
  );
  const open = (name: string) => {
    const rows = figures.find((f) => (text(f.title) || f.name) === name)?.current.rows;
    if (rows) void go(rowsAt(rows));
  };
  const table = <FigureTable title={title} figures={figures} />;
  if (charted && points.length > 0) {
    return (
      <Chart title={title} points={points} open={open}>
        {table}
      </Chart>
    );
  }
  return (
    <section className="chart" aria-label={title}>
      <h3>{title}</h3>
      {figures.length > 0 ? table : <p>{t.nothing}</p>}
    </section>
  );
}

/** What came day by day, week by week or month by month. */
export function Course({ series }: { series: Series }) {
  const t = useTexts({ zh, en });
  const text = useText();
  const go = useNavigate();
  const title = t.courseOf(text(series.title));
  const points = useMemo(
    () => series.points.map((p) => ({ name: p.from.slice(5), value: p.number.count })),
    [series],
  );
  const open = (name: string) => {
    const rows = series.points.find((p) => p.from.slice(5) === name)?.number.rows;
    if (rows) void go(rowsAt(rows));
  };
  return (
    <Chart title={title} points={points} upright open={open}>
      <Few
        figures
        title={title}
        heads={[t.days, t.count]}
        rows={series.points.map((p) => {
          const days = p.from === p.until ? p.from : `${p.from} – ${p.until}`;
          return [days, amountCell(p.number, `${title} ${days}`)];
        })}
      />
    </Chart>
  );
}
