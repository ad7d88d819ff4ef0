// The list of one unit as it changed, version by version.
import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useCallback } from "react";
import { createSearchParams, Link, useSearchParams } from "react-router";
import { api, data } from "../../api/client";
import { useMe, useOrganizations } from "../../api/queries";
import type { Item, Ok, Page } from "../../api/shapes";
import { shown } from "../../base/defang";
import { useFormat } from "../../base/format";
import { DocNumber } from "../../parts/DocNumber";
import { Indicator } from "../../parts/Indicator";
import { PageHead } from "../../parts/PageHead";
import { useUnitName } from "../../parts/Party";
import { DataTable } from "../../parts/table/DataTable";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { lists as en } from "../../texts/en/lists";
import { useTexts, useWord } from "../../texts/use";
import { lists as zh } from "../../texts/zh/lists";

type Change = Item<Ok<"/api/v1/list/changes">>;
type Changes = Page<Change> & { version: number };

type Sort = "version" | "-version";
const orders = { version: { ascending: "version", descending: "-version" } };

async function changes(
  organization: string,
  after: string | undefined,
  limit: number,
  sort: Sort,
  signal: AbortSignal,
): Promise<Changes> {
  const query = { organization: organization || undefined, after, limit, sort };
  return (await data(
    api.GET("/api/v1/list/changes", { params: { query }, signal }),
  )) as unknown as Changes;
}

function useColumns(): Column<Change>[] {
  const t = useTexts({ zh, en });
  const word = useWord();
  const format = useFormat();
  return [
    {
      key: "version",
      title: t.number,
      width: 90,
      cell: (c) => c.version,
      text: (c) => String(c.version),
      order: (c) => c.version,
    },
    { key: "op", title: t.op, width: 90, cell: (c) => word(c.op), text: (c) => word(c.op) },
    {
      key: "indicator",
      title: t.indicator,
      width: 320,
      grow: true,
      cell: (c) => (
        <Indicator kind={c.entry?.indicator?.kind ?? ""} value={c.entry?.indicator?.value ?? ""} />
      ),
      text: (c) => shown(c.entry?.indicator?.kind ?? "", c.entry?.indicator?.value ?? ""),
    },
    {
      key: "task",
      title: t.task,
      width: 170,
      cell: (c) => <DocNumber of={c.task_number} />,
      text: (c) => c.task_number ?? "",
    },
    {
      key: "case",
      title: t.case,
      width: 150,
      cell: (c) => <DocNumber of={c.entry?.case} />,
      text: (c) => c.entry?.case ?? "",
    },
    {
      key: "at",
      title: t.at,
      width: 170,
      text: (c) => format.dateTime(c.at ?? ""),
      order: (c) => instant(c.at),
    },
  ];
}

/** Units that may look at the lists of others; the hub decides, this only keeps from asking in vain. */
const OVERSEE = ["miit", "tca", "expert-body"];

/** The code of the unit whose list changed last, for somebody whose own has none. */
function useNewestList(wanted: boolean) {
  return useQuery({
    queryKey: ["newest-list"],
    enabled: wanted,
    queryFn: async ({ signal }) => {
      const answer = api.GET("/api/v1/search", {
        params: { query: { in: "entries", limit: 1 } },
        signal,
      });
      const found = (await data(answer)) as Page<{ addressee?: string }>;
      return found.items[0]?.addressee ?? "";
    },
  });
}

/** The list that was chosen; else one's own when there is one, else the one that changed last. */
function useOwner(chosen: string | null) {
  const me = useMe();
  const { organization, user } = me.data ?? {};
  const oversees =
    user?.roles.includes("auditor") || OVERSEE.includes(organization?.type ?? "") || false;
  const own = useQuery({
    queryKey: ["list-version", ""],
    meta: { live: ["list", "task"] },
    enabled: chosen === null && oversees,
    queryFn: ({ signal }) => changes("", undefined, 1, "-version", signal),
  });
  const none = own.data !== undefined && own.data.items.length === 0;
  const newest = useNewestList(chosen === null && none);
  if (chosen !== null || !oversees) return { owner: chosen ?? "", known: true };
  const known = own.data !== undefined && (!none || !newest.isPending);
  return { owner: (none && newest.data) || "", known: known || own.isError };
}

export default function Lists() {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const me = useMe();
  const units = useOrganizations();
  const name = useUnitName();
  const [params, setParams] = useSearchParams();
  const { owner, known } = useOwner(params.get("organization"));
  const columns = useColumns();
  const version = useQuery({
    queryKey: ["list-version", owner],
    meta: { live: ["list", "task"] },
    enabled: known,
    queryFn: ({ signal }) => changes(owner, undefined, 1, "-version", signal),
  });
  const load = useCallback(
    ({ sort, after, limit, signal }: Ask) =>
      // The newest first: programs that follow the list ask the other way.
      changes(owner, after, limit, (sort as Sort) ?? "-version", signal),
    [owner],
  );
  const rowKey = useCallback((c: Change) => c.id ?? "", []);
  const own = me.data?.organization.code;
  const asked = owner ? `?${new URLSearchParams({ organization: owner })}` : "";
  const onIt = `state:live addressee:${owner || own || ""}`;
  return (
    <>
      <PageHead
        title={t.title}
        purpose={t.purpose}
        help={t.help}
        extra={
          version.data && (
            <p className="counts" role="status">
              {t.version(format.number(version.data.version))}
            </p>
          )
        }
      />
      <div className="table-tools" role="toolbar" aria-label={t.owner}>
        <Select
          className="situation-region"
          aria-label={t.owner}
          popupMatchSelectWidth={false}
          showSearch
          optionFilterProp="label"
          value={owner}
          options={[
            { value: "", label: t.own },
            ...[...(units.data?.values() ?? [])]
              .filter((o) => o.active && o.code !== own)
              .map((o) => ({ value: o.code ?? "", label: `${name(o.id)} (${o.code})` })),
          ]}
          onChange={(code) => setParams({ organization: code })}
        />
        <Link to={`/rows?${createSearchParams({ in: "entries", q: onIt })}`}>
          <Button>{t.live}</Button>
        </Link>
        <Button href={`/api/v1/list.txt${asked}`} download="list.txt">
          {t.asText}
        </Button>
        <Button href={`/api/v1/list.csv${asked}`} download="list.csv">
          {t.asCsv}
        </Button>
      </div>
      {known && (
        <DataTable
          key={owner}
          name={`list-${owner}`}
          title={t.title}
          live={["list", "task"]}
          orders={orders}
          columns={columns}
          rowKey={rowKey}
          load={load}
          emptyHint={owner ? t.noChanges : t.noChangesOwn}
        />
      )}
    </>
  );
}
