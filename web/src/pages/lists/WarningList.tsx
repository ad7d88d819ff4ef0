// What one warning list holds, in the order and spelling of its file. Its entries are what must not
// be blocked, so they stand here as they are, not defanged; they are no links all the same.
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { Link, useParams } from "react-router";
import { api, data } from "../../api/client";
import type { Ok, Page } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { Facts } from "../../parts/Facts";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { DataTable } from "../../parts/table/DataTable";
import type { Ask, Column } from "../../parts/table/types";
import { lists as en } from "../../texts/en/lists";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { lists as zh } from "../../texts/zh/lists";

type Answer = Ok<"/api/v1/warning-lists/{id}">;
type Entry = NonNullable<Answer["items"]>[number];

async function read(id: string, query: Record<string, string | number>, signal: AbortSignal) {
  return await data(
    api.GET("/api/v1/warning-lists/{id}", { params: { path: { id }, query }, signal }),
  );
}

function useColumns(): Column<Entry>[] {
  const t = useTexts({ zh, en });
  return [
    {
      key: "number",
      title: t.place,
      width: 110,
      text: (e) => String(e.number),
      order: (e) => e.number,
    },
    {
      key: "entry",
      title: t.entryWritten,
      width: 320,
      grow: true,
      cell: (e) => <code dir="ltr">{e.entry}</code>,
      text: (e) => e.entry ?? "",
    },
  ];
}

export default function WarningList() {
  const { id = "" } = useParams();
  const t = useTexts({ zh, en });
  const word = useWord();
  const text = useText();
  const mark = useMarks();
  const format = useFormat();
  const columns = useColumns();
  const list = useQuery({
    queryKey: ["warning-list", id],
    queryFn: async ({ signal }) => (await read(id, { limit: 1 }, signal)).list,
  });
  const load = useCallback(
    async ({ query, after, limit, signal }: Ask): Promise<Page<Entry>> => {
      const page = await read(id, { q: query, limit, ...(after ? { after } : {}) }, signal);
      return { items: page.items ?? [], ...(page.next ? { next: page.next } : {}) };
    },
    [id],
  );
  const rowKey = useCallback((e: Entry) => String(e.number), []);
  const facts = list.data;
  return (
    <>
      <PageHead
        title={id}
        purpose={t.listPurpose}
        help={t.listHelp}
        extra={<Link to="/guard">{t.guardTitle}</Link>}
      />
      {list.error && <ProblemView error={list.error} retry={() => list.refetch()} />}
      {facts && (
        <Facts
          of={[
            [t.listName, text(facts.name)],
            [t.listAbout, text(facts.description)],
            [t.entries, format.number(facts.entries ?? 0)],
            [t.matching, t.matches(facts.type ?? "")],
            [t.speaksOf, facts.kinds?.map((k) => word(k)).join(mark.words) || t.everyKind],
            [t.skipped, facts.skipped ? format.number(facts.skipped) : undefined],
          ]}
        />
      )}
      {!list.error && (
        <DataTable
          key={id}
          name={`warning-list-${id}`}
          title={t.entries}
          search={{ label: t.find, hint: t.findHint }}
          columns={columns}
          rowKey={rowKey}
          load={load}
        />
      )}
    </>
  );
}
