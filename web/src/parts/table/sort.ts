// The order of a table: chosen by a header, kept as `number` or `-number` by address and views. A route
// that offers the order gives it; else the rows are sorted here, and only when all of them are here.
import type { Language } from "../../base/settings";
import type { Column, TableProps } from "./types";

/** So many rows may be sorted in the browser: ten pages, held while they are. */
export const SORTED_ROWS = 2000;

export interface Sort {
  column: string;
  descending: boolean;
}

export function readSort(text: string): Sort | undefined {
  const descending = text.startsWith("-");
  const column = descending ? text.slice(1) : text;
  return column ? { column, descending } : undefined;
}

/** As `aria-sort` has it. */
export type Way = "none" | "ascending" | "descending";

/** How the rows are ordered by that column. */
export function wayOf(sort: Sort | undefined, column: string): Way {
  if (sort?.column !== column) return "none";
  return sort.descending ? "descending" : "ascending";
}

/** A header was clicked: ascending, descending, then the list's own order. */
export function nextSort(text: string, column: string): string {
  if (text === column) return `-${column}`;
  return text === `-${column}` ? "" : column;
}

/** The route's word for the order, if it offers it. */
export function offered<Row>(
  table: Pick<TableProps<Row>, "orders">,
  sort: Sort | undefined,
): string | undefined {
  const words = sort && table.orders?.[sort.column];
  return sort && words?.[sort.descending ? "descending" : "ascending"];
}

/** An instant as a number to sort by; undefined: none. */
export function instant(iso: string | undefined): number | undefined {
  const at = Date.parse(iso ?? "");
  return Number.isNaN(at) ? undefined : at;
}

function isEmpty(value: string | number | undefined): value is undefined | "" {
  return value === undefined || value === "";
}

/** Sorted by a column: numbers by value, texts as the language does, what is empty last. */
export function sorted<Row>(
  rows: readonly Row[],
  column: Pick<Column<Row>, "text" | "order">,
  descending: boolean,
  language: Language,
): Row[] {
  const collator = new Intl.Collator(language === "zh" ? "zh-CN" : "en", { numeric: true });
  const way = descending ? -1 : 1;
  const value = column.order ?? column.text;
  return rows
    .map((row) => ({ row, by: value(row) }))
    .sort((a, b) => {
      if (isEmpty(a.by) || isEmpty(b.by)) return Number(isEmpty(a.by)) - Number(isEmpty(b.by));
      if (typeof a.by === "number" && typeof b.by === "number") return way * (a.by - b.by);
      return way * collator.compare(String(a.by), String(b.by));
    })
    .map((one) => one.row);
}
