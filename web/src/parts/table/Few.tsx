// Rows that are few, as a plain table that scrolls by itself; many rows are a DataTable. A header sorts
// them where every cell below it says what to sort by.
import { type ReactNode, useState } from "react";
import { useSettings } from "../../base/settings";
import { SortButton } from "./SortButton";
import { nextSort, readSort, sorted, wayOf } from "./sort";

/** A cell with what its column is sorted by, where that is not its text: instants, states, names. */
interface Ordered {
  cell: ReactNode;
  by: string | number | undefined;
}
export type Cell = ReactNode | Ordered;

function isOrdered(cell: Cell): cell is Ordered {
  return typeof cell === "object" && cell !== null && "by" in cell;
}

function shownIn(cell: Cell): ReactNode {
  return isOrdered(cell) ? cell.cell : cell;
}

/** What to sort by; null: a cell that has nothing to sort by, such as buttons. */
function byOf(cell: Cell): string | number | undefined | null {
  if (isOrdered(cell)) return cell.by;
  if (typeof cell === "string" || typeof cell === "number") return cell;
  return cell === undefined || cell === null || typeof cell === "boolean" ? undefined : null;
}

interface Order<Row> {
  rows: Row[];
  head: ReactNode;
}

/** The rows in the order that a reader chose, and the headers to choose it by. */
export function useOrder<Row>(
  heads: string[],
  rows: Row[],
  cells: (row: Row) => Cell[],
): Order<Row> {
  const { language } = useSettings();
  const [chosen, setChosen] = useState("");
  const sort = readSort(chosen);
  const made = rows.map((row) => ({ row, cells: cells(row) }));
  const sortable = (at: number) =>
    made.length > 1 &&
    made.every((line) => byOf(line.cells[at]) !== null) &&
    made.some((line) => byOf(line.cells[at]) !== undefined);
  const by = (line: { cells: Cell[] }) => byOf(line.cells[Number(sort?.column)]) ?? undefined;
  const lines =
    sort && sortable(Number(sort.column))
      ? sorted(
          made,
          { text: (line) => String(by(line) ?? ""), order: by },
          sort.descending,
          language,
        )
      : made;
  const head = (
    <thead>
      <tr>
        {heads.map((title, at) =>
          sortable(at) ? (
            <th scope="col" key={title} aria-sort={wayOf(sort, String(at))}>
              <SortButton
                title={title}
                order={wayOf(sort, String(at))}
                choose={() => setChosen(nextSort(chosen, String(at)))}
              />
            </th>
          ) : (
            <th scope="col" key={title}>
              {title}
            </th>
          ),
        )}
      </tr>
    </thead>
  );
  return { rows: lines.map((line) => line.row), head };
}

interface Props {
  title: string;
  heads: string[];
  rows: Cell[][];
  /** Said when there is no row. */
  none?: string;
}

export function Few({ title, heads, rows, none }: Props) {
  const order = useOrder(heads, rows, (cells) => cells);
  if (rows.length === 0) return none ? <p className="panel-none">{none}</p> : null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <div className="few-scroll" tabIndex={0}>
      <table className="few" aria-label={title}>
        {order.head}
        <tbody>
          {order.rows.map((cells, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name here
            <tr key={i}>
              {cells.map((cell, at) => (
                <td key={heads[at]}>{shownIn(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
