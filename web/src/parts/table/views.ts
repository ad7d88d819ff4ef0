// Views of a table that a person keeps on this machine: query, filters, columns, order.
import { useState } from "react";

export interface View {
  name: string;
  query: string;
  filters: Record<string, string>;
  columns: string[];
  /** `number`, `-number`; views of before there were orders have none. */
  sort?: string;
}

function read<T>(key: string, otherwise: T): T {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "null") as T) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** A value under a key of this machine's storage. */
export function useKept<T>(key: string, otherwise: T): [T, (value: T) => void] {
  const [value, setValue] = useState(() => read(key, otherwise));
  return [
    value,
    (next) => {
      localStorage.setItem(key, JSON.stringify(next));
      setValue(next);
    },
  ];
}

export function useViews(table: string) {
  const [views, keep] = useKept<View[]>(`tocsin.views.${table}`, []);
  return {
    views,
    save: (view: View) => keep([...views.filter((v) => v.name !== view.name), view]),
    forget: (name: string) => keep(views.filter((v) => v.name !== name)),
  };
}

/** Rows as a spreadsheet takes them; what it would read as a formula gets an apostrophe. */
export function tsv(rows: string[][]): string {
  const cell = (text: string) => {
    const flat = text.replace(/[\t\r\n]+/g, " ");
    return /^[=+\-@]/.test(flat) ? `'${flat}` : flat;
  };
  return rows.map((row) => row.map(cell).join("\t")).join("\n");
}
