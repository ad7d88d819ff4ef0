// Every case that the reader may see, by the hub's search.
import { useCallback } from "react";
import { useSearchParams } from "react-router";
import { api, data } from "../../api/client";
import type { Page, SearchSort, Threat } from "../../api/shapes";
import { PageHead } from "../../parts/PageHead";
import { DataTable } from "../../parts/table/DataTable";
import type { Ask } from "../../parts/table/types";
import { threats as en } from "../../texts/en/threats";
import { useTexts } from "../../texts/use";
import { threats as zh } from "../../texts/zh/threats";
import { useThreatColumns } from "./columns";
import { Overview } from "./Overview";

/** Cases are numbered as they come, which is the order of the search. */
const byNumber = { number: { ascending: "number", descending: "-number" } };

async function load({ query, sort, after, limit, signal }: Ask): Promise<Page<Threat>> {
  const answer = api.GET("/api/v1/search", {
    params: { query: { in: "cases", q: query, sort: sort as SearchSort, after, limit } },
    signal,
  });
  return (await data(answer)) as Page<Threat>;
}

export default function Threats() {
  const t = useTexts({ zh, en });
  const [params] = useSearchParams();
  const columns = useThreatColumns();
  const rowKey = useCallback((row: Threat) => row.number ?? "", []);
  return (
    <>
      <PageHead title={t.title} purpose={t.purpose} help={t.help} />
      <Overview query={params.get("q") ?? ""} />
      <DataTable
        name="threats"
        title={t.title}
        place="cases"
        orders={byNumber}
        live={["threat"]}
        columns={columns}
        rowKey={rowKey}
        load={load}
      />
    </>
  );
}
