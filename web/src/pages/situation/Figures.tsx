// Numbers that open their rows, with what they were before.
import { useMemo } from "react";
import { Link, useNavigate } from "react-router";
import { useFormat } from "../../base/format";
import { Chart } from "../../parts/chart/Chart";
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

export function FigureTable({ title, figures }: { title: string; figures: Figure[] }) {
  const t = useTexts({ zh, en });
  const text = useText();
  return (
    <div className="wide">
      <table className="figures-table" aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{t.name}</th>
            <th scope="col">{t.current}</th>
            <th scope="col">{t.previous}</th>
            <th scope="col">{t.change}</th>
            <th scope="col">{t.lastYear}</th>
            <th scope="col">{t.change}</th>
          </tr>
        </thead>
        <tbody>
          {figures.map((f) => {
            const name = text(f.title) || f.name;
            return (
              <tr key={f.name}>
                <th scope="row">{name}</th>
                <td>
                  <Amount number={f.current} of={`${title} ${name} ${t.current}`} />
                </td>
                <td>
                  <Amount number={f.previous} of={`${title} ${name} ${t.previous}`} />
                </td>
                <td>
                  <Change percent={f.change_percent} />
                </td>
                <td>
                  <Amount number={f.last_year} of={`${title} ${name} ${t.lastYear}`} />
                </td>
                <td>
                  <Change percent={f.change_percent_year} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
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
      <div className="wide">
        <table className="figures-table" aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t.days}</th>
              <th scope="col">{t.count}</th>
            </tr>
          </thead>
          <tbody>
            {series.points.map((p) => {
              const days = p.from === p.until ? p.from : `${p.from} – ${p.until}`;
              return (
                <tr key={p.from}>
                  <th scope="row">{days}</th>
                  <td>
                    <Amount number={p.number} of={`${title} ${days}`} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Chart>
  );
}
