// The rows behind a number that are no cases: tasks, appeals, sources, indicators, entries.
import { useCallback } from "react";
import { useSearchParams } from "react-router";
import { api, data } from "../../api/client";
import type { Page, Place, SearchSort } from "../../api/shapes";
import { PageHead } from "../../parts/PageHead";
import { DataTable } from "../../parts/table/DataTable";
import type { Ask, TableProps } from "../../parts/table/types";
import { situation as en } from "../../texts/en/situation";
import { useTexts, useWord } from "../../texts/use";
import { situation as zh } from "../../texts/zh/situation";
import { type Row, useRowColumns } from "./rowColumns";

const PLACES: Place[] = [
  "cases",
  "tasks",
  "appeals",
  "organizations",
  "sources",
  "vulnerabilities",
  "indicators",
  "entries",
];

/** Columns that go as the hub took them in, which is the order of the search. */
const ORDERS: Partial<Record<Place, TableProps<Row>["orders"]>> = {
  cases: { number: { ascending: "number", descending: "-number" } },
  appeals: { number: { ascending: "number", descending: "-number" } },
  tasks: { created_at: { ascending: "created", descending: "-created" } },
  entries: { since: { ascending: "added", descending: "-added" } },
};

export default function Rows() {
  const t = useTexts({ zh, en });
  const word = useWord();
  const [params] = useSearchParams();
  const place = PLACES.find((p) => p === params.get("in")) ?? "cases";
  const columns = useRowColumns(place);
  const load = useCallback(
    async ({ query, sort, after, limit, signal }: Ask): Promise<Page<Row>> => {
      const answer = api.GET("/api/v1/search", {
        params: { query: { in: place, q: query, sort: sort as SearchSort, after, limit } },
        signal,
      });
      return (await data(answer)) as Page<Row>;
    },
    [place],
  );
  const rowKey = useCallback(
    (row: Row) => String(row.number ?? row.id ?? row.code ?? `${row.kind}:${row.value}`),
    [],
  );
  return (
    <>
      <PageHead title={`${t.rowsTitle} · ${word(place)}`} purpose={t.rowsPurpose} />
      <DataTable
        key={place}
        name={`rows-${place}`}
        title={t.rowsTitle}
        place={place}
        orders={ORDERS[place]}
        live={["threat", "task", "appeal", "list"]}
        columns={columns}
        rowKey={rowKey}
        load={load}
      />
    </>
  );
}
