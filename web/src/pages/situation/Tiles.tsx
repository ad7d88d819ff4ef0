// Provinces as tiles: where they lie to each other, without a border.
import { Link } from "react-router";
import { useFormat } from "../../base/format";
import { situation as en } from "../../texts/en/situation";
import { useText, useTexts } from "../../texts/use";
import { situation as zh } from "../../texts/zh/situation";
import { type Figure, type Group, rowsAt, spoken } from "./ask";
import { FigureTable } from "./Figures";
import { provinces, shade } from "./provinces";

function Region({ figure, name }: { figure: Figure | undefined; name: string }) {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const shown = format.number(figure?.current.count ?? 0);
  const inside = (
    <>
      <span>{name}</span>
      <strong>{shown}</strong>
    </>
  );
  const rows = figure?.current.count ? figure.current.rows : undefined;
  return rows ? (
    <Link to={rowsAt(rows)} title={t.rowsOf(name, shown)}>
      {inside}
    </Link>
  ) : (
    <span className="tile-none">{inside}</span>
  );
}

export function Tiles({ group }: { group: Group }) {
  const t = useTexts({ zh, en });
  const text = useText();
  const by = new Map(group.figures.map((f) => [f.name, f]));
  const most = Math.max(1, ...provinces.map((p) => by.get(p.code)?.current.count ?? 0));
  const title = text(group.title);
  return (
    <section className="chart" aria-label={title}>
      <h3>{title}</h3>
      <p>
        <small>{t.tilesHint}</small>
      </p>
      <ul className="tiles">
        {provinces.map((p) => (
          <li
            key={p.code}
            className={`tile-${shade(by.get(p.code)?.current.count ?? 0, most)}`}
            style={{ gridColumn: p.column - 1, gridRow: p.row }}
          >
            <Region figure={by.get(p.code)} name={text(p.title)} />
          </li>
        ))}
        {["abroad", "unknown"].map((name, i) => (
          <li key={name} className="tile-0" style={{ gridColumn: 1, gridRow: 7 + i }}>
            <Region figure={by.get(name)} name={name === "abroad" ? t.abroad : t.unknown} />
          </li>
        ))}
      </ul>
      <details>
        <summary>{t.asTable}</summary>
        <FigureTable title={title} figures={group.figures.filter(spoken)} />
      </details>
    </section>
  );
}
