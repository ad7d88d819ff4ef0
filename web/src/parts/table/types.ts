import type { ReactNode } from "react";
import type { Subject } from "../../api/queries";
import type { Page, Place } from "../../api/shapes";

export interface Column<Row> {
  key: string;
  title: string;
  /** Pixels at least; what is left goes to columns that `grow`. */
  width: number;
  grow?: boolean;
  /** As on the screen, where that is more than the text. */
  cell?: (row: Row) => ReactNode;
  /** As copied into a spreadsheet: plain, and indicators defanged. */
  text: (row: Row) => string;
  /** What to sort by where that is not the text: numbers, and instants as numbers (`instant()`). */
  order?: (row: Row) => string | number | undefined;
  /** False: nothing to sort by, such as buttons. */
  sort?: false;
  /** Only shown when chosen. */
  hidden?: boolean;
}

/** A filter that the route itself offers, by the name of its parameter; one option is a box to tick. */
export interface Filter {
  name: string;
  title: string;
  options: { value: string; label: string }[];
}

export interface Ask {
  query: string;
  filters: Record<string, string>;
  /** A word of `orders`; undefined: the list's own order. */
  sort: string | undefined;
  after: string | undefined;
  limit: number;
  signal: AbortSignal;
}

export interface TableProps<Row> {
  /** Stable: saved views, chosen columns and the cache go by it. */
  name: string;
  /** For screen readers. */
  title: string;
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  load: (ask: Ask) => Promise<Page<Row>>;
  filters?: Filter[];
  /** Orders that the route itself gives: by column, the values of its `sort`. */
  orders?: Record<string, { ascending: string; descending: string }>;
  /** The hub's search stands behind it: query, saved searches, exports. */
  place?: Place;
  live?: Subject[];
  open?: (row: Row) => void;
  /** A route that finds by plain text has it in `query`, under this label. */
  search?: { label: string; hint: string };
  /** What can be done with the selected rows, beside copying them. */
  bulk?: (rows: Row[], clear: () => void) => ReactNode;
  /** Said when there is no row: what to do next. */
  emptyHint?: string;
}
