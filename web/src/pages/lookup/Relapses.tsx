// Threats that came back after they were dealt with.
import { Button } from "antd";
import { useCallback, useMemo, useState } from "react";
import { createSearchParams, Link } from "react-router";
import { reason } from "../../acts/fields";
import { api, data } from "../../api/client";
import type { Item, Ok, Page } from "../../api/shapes";
import { shown } from "../../base/defang";
import { useFormat } from "../../base/format";
import { type Action, ActionForm } from "../../parts/ActionForm";
import { Indicator } from "../../parts/Indicator";
import { PageHead } from "../../parts/PageHead";
import { StateTag } from "../../parts/StateTag";
import { DataTable } from "../../parts/table/DataTable";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { lookup as en } from "../../texts/en/lookup";
import { useMarks, useTexts, useWord } from "../../texts/use";
import { lookup as zh } from "../../texts/zh/lookup";

type Relapse = Item<Ok<"/api/v1/relapses">>;
interface Doing {
  action: Action;
  relapse: Relapse;
}

type Sort = "seen" | "-seen";
const orders = { seen: { ascending: "seen", descending: "-seen" } };

async function load({ filters, sort, after, limit, signal }: Ask): Promise<Page<Relapse>> {
  const query = { state: filters.state || undefined, sort: sort as Sort, after, limit };
  return (await data(api.GET("/api/v1/relapses", { params: { query }, signal }))) as Page<Relapse>;
}

function actions(relapse: Relapse): Action[] {
  const path = `/api/v1/relapses/${relapse.id}`;
  return [
    {
      id: `${relapse.id}:reopen`,
      title: { zh: zh.reopen, en: en.reopen },
      path: `${path}/reopen`,
      fields: [reason()],
    },
    {
      id: `${relapse.id}:dismiss`,
      title: { zh: zh.dismiss, en: en.dismiss },
      path: `${path}/dismiss`,
      fields: [reason()],
      danger: true,
    },
  ];
}

export default function Relapses() {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const word = useWord();
  const format = useFormat();
  const [doing, setDoing] = useState<Doing>();
  const filters = useMemo(
    () => [
      {
        name: "state",
        title: t.state,
        options: ["open", "reopened", "dismissed"].map((s) => ({ value: s, label: word(s) })),
      },
    ],
    [t, word],
  );
  const rowKey = useCallback((r: Relapse) => r.id ?? "", []);
  const columns: Column<Relapse>[] = [
    {
      key: "case",
      title: t.cases,
      width: 140,
      cell: (r) => (
        <Link to={`/threats?${createSearchParams({ q: r.case_number ?? "" })}`}>
          {r.case_number}
        </Link>
      ),
      text: (r) => r.case_number ?? "",
    },
    {
      key: "state",
      title: t.state,
      width: 110,
      cell: (r) => <StateTag state={r.state ?? ""} />,
      text: (r) => word(r.state),
    },
    {
      key: "indicator",
      title: t.indicator,
      width: 280,
      grow: true,
      cell: (r) => <Indicator kind={r.indicator?.kind ?? ""} value={r.indicator?.value ?? ""} />,
      text: (r) => shown(r.indicator?.kind ?? "", r.indicator?.value ?? ""),
    },
    {
      key: "occasion",
      title: t.occasion,
      width: 110,
      text: (r) => word(r.occasion),
    },
    {
      key: "ended",
      title: t.ended,
      width: 165,
      text: (r) => format.dateTime(r.ended_at ?? ""),
      order: (r) => instant(r.ended_at),
    },
    {
      key: "seen",
      title: t.seen,
      width: 165,
      text: (r) => format.dateTime(r.seen_at ?? ""),
      order: (r) => instant(r.seen_at),
    },
    {
      key: "sources",
      title: t.sources,
      width: 140,
      cell: (r) => (r.sources ?? []).join(mark.words),
      text: (r) => (r.sources ?? []).join(" "),
    },
    {
      key: "actions",
      title: t.actions,
      width: 190,
      cell: (r) =>
        r.state === "open"
          ? actions(r).map((action) => (
              <Button
                key={action.id}
                size="small"
                danger={action.danger}
                aria-label={`${action.danger ? t.dismiss : t.reopen} ${r.case_number}`}
                onClick={() => setDoing({ action, relapse: r })}
              >
                {action.danger ? t.dismiss : t.reopen}
              </Button>
            ))
          : r.settled?.reason,
      text: (r) => r.settled?.reason ?? "",
    },
  ];
  return (
    <>
      <PageHead title={t.relapsesTitle} purpose={t.relapsesPurpose} help={t.relapsesHelp} />
      <DataTable
        name="relapses"
        title={t.relapsesTitle}
        live={["relapse", "threat"]}
        filters={filters}
        orders={orders}
        columns={columns}
        rowKey={rowKey}
        load={load}
      />
      {doing && (
        <ActionForm
          action={doing.action}
          subject={doing.relapse.case_number ?? ""}
          step={{ to: "reopened", article: "6", requirement: "W17-08" }}
          close={() => setDoing(undefined)}
        />
      )}
    </>
  );
}
