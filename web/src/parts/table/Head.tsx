// The header of a table: each column's name, and the button that orders the rows by it.
import type { CSSProperties } from "react";
import { useTexts } from "../../texts/use";
import { SortButton } from "./SortButton";
import { type Sort, wayOf } from "./sort";
import { tableTexts } from "./texts";
import type { Column } from "./types";

interface Props<Row> {
  columns: Column<Row>[];
  /** The order that the rows are in; undefined: the list's own. */
  sort: Sort | undefined;
  /** Why the rows cannot be ordered by that column; empty: they can. */
  whyNot: (column: Column<Row>) => string;
  choose: (column: string) => void;
  style: CSSProperties;
}

export function Head<Row>({ columns, sort, whyNot, choose, style }: Props<Row>) {
  const t = useTexts(tableTexts);
  const how = (c: Column<Row>) => wayOf(sort, c.key);
  return (
    <div className="grid-head" role="row" aria-rowindex={1} style={style}>
      <span role="columnheader" className="visually-hidden-cell">
        {t.select}
      </span>
      {columns.map((c) => {
        if (c.sort === false) {
          return (
            <span role="columnheader" key={c.key}>
              {c.title}
            </span>
          );
        }
        const order = how(c);
        return (
          <span role="columnheader" key={c.key} aria-sort={order}>
            <SortButton
              title={c.title}
              order={order}
              whyNot={whyNot(c)}
              choose={() => choose(c.key)}
            />
          </span>
        );
      })}
    </div>
  );
}
