// The one table of the console. A page gives columns and a way to load a page of rows; the rest
// (address, views, keyboard, selection, virtual rows) is the same everywhere.
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { Grid } from "./Grid";
import type { TableProps } from "./types";
import { useKept, type View } from "./views";

export function DataTable<Row>(props: TableProps<Row>) {
  const [params, setParams] = useSearchParams();
  const [columns, keepColumns] = useKept<string[]>(
    `tocsin.columns.${props.name}`,
    props.columns.filter((c) => !c.hidden).map((c) => c.key),
  );
  const query = params.get("q") ?? "";
  const view = useMemo(() => {
    const filters: Record<string, string> = {};
    for (const f of props.filters ?? []) {
      const value = params.get(f.name);
      if (value) filters[f.name] = value;
    }
    return { query, filters, columns, sort: params.get("sort") ?? "" };
  }, [params, query, columns, props.filters]);

  const change = (next: Partial<View>) => {
    if (next.columns) keepColumns(next.columns);
    const { query, filters, sort } = next;
    if (query === undefined && filters === undefined && sort === undefined) return;
    setParams((old) => {
      const out = new URLSearchParams(old);
      const put = (name: string, value: string) =>
        value ? out.set(name, value) : out.delete(name);
      if (query !== undefined) put("q", query);
      if (sort !== undefined) put("sort", sort);
      for (const f of props.filters ?? []) {
        if (filters) put(f.name, filters[f.name] ?? "");
      }
      return out;
    });
  };

  const question = JSON.stringify([view.query, view.filters]);
  // Another question is another table: position and selection begin anew.
  return <Grid key={question} table={props} view={view} question={question} change={change} />;
}
