// Rows that are few, as a plain table that scrolls by itself; many rows are a DataTable. A header sorts
// them where every cell below it says what to sort by; what says it can be copied too.
import { CopyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { useFormat } from "../../base/format";
import { useSettings } from "../../base/settings";
import { useTexts } from "../../texts/use";
import { useCopy } from "../Indicator";
import { SortButton } from "./SortButton";
import { nextSort, readSort, sorted, wayOf } from "./sort";
import { tableTexts } from "./texts";
import { tsv } from "./views";

/** A cell that is more than its text; `useCells` makes them. */
interface Ordered {
  cell: ReactNode;
  by: string | number | undefined;
  /** As copied into a spreadsheet: plain, and indicators defanged. */
  text: string;
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

function textOf(cell: Cell): string {
  return isOrdered(cell) ? cell.text : String(byOf(cell) ?? "");
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
            // biome-ignore lint/suspicious/noArrayIndexKey: columns stay, and two may have one name
            <th scope="col" key={at} aria-sort={wayOf(sort, String(at))}>
              <SortButton
                title={title}
                order={wayOf(sort, String(at))}
                choose={() => setChosen(nextSort(chosen, String(at)))}
              />
            </th>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <th scope="col" key={at}>
              {title}
            </th>
          ),
        )}
      </tr>
    </thead>
  );
  return { rows: lines.map((line) => line.row), head };
}

/** Fewer rows are read faster than copied. */
const WORTH_COPYING = 4;

interface Props {
  title: string;
  heads: string[];
  rows: Cell[][];
  /** Said when there is no row. */
  none?: string;
  /** Numbers, beside a name that heads each row. */
  figures?: boolean;
  /** So many rows are shown, the first ones of all in their order. */
  shown?: number;
}

export function Few({ title, heads, rows, none, figures = false, shown }: Props) {
  const t = useTexts(tableTexts);
  const format = useFormat();
  const copy = useCopy();
  const numbered = rows.map((cells, at) => ({ cells, at }));
  const order = useOrder(heads, numbered, (row) => row.cells);
  if (rows.length === 0) return none ? <p className="panel-none">{none}</p> : null;
  const copyAll = () => {
    const said = heads.map((_, at) => rows.every((cells) => byOf(cells[at]) !== null));
    const lines = [heads, ...order.rows.map((row) => row.cells.map(textOf))];
    copy(
      tsv(lines.map((line) => line.filter((_, at) => said[at]))),
      t.copiedRows(format.number(rows.length)),
    );
  };
  const copied = rows.length >= WORTH_COPYING;
  return (
    <div className={copied ? "few-box few-copied" : "few-box"}>
      {copied && (
        <Button
          className="few-copy"
          type="text"
          size="small"
          icon={<CopyOutlined />}
          aria-label={t.copyTable(title)}
          title={t.copyTable(title)}
          onClick={copyAll}
        />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <div className="few-scroll" tabIndex={0}>
        <table className={figures ? "few figures" : "few"} aria-label={title}>
          {order.head}
          <tbody>
            {order.rows.slice(0, shown).map(({ cells, at }) => (
              <tr key={at}>
                {cells.map((cell, column) => {
                  const Tag = figures && column === 0 ? "th" : "td";
                  return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns stay where they are
                    <Tag key={column} scope={Tag === "th" ? "row" : undefined}>
                      {shownIn(cell)}
                    </Tag>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
