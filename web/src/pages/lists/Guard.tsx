// What the warning lists stop, before and after the fact, and who let it through all the same.
import { useQuery } from "@tanstack/react-query";
import { Alert, Input, Skeleton } from "antd";
import { useCallback, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { api, data } from "../../api/client";
import type { Page, SearchSort, Text, Threat } from "../../api/shapes";
import { defang, shown } from "../../base/defang";
import { useFormat } from "../../base/format";
import { DocNumber } from "../../parts/DocNumber";
import { Indicator } from "../../parts/Indicator";
import { PageHead } from "../../parts/PageHead";
import { Person, useUnitName } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { DataTable } from "../../parts/table/DataTable";
import { Few } from "../../parts/table/Few";
import type { Ask, Column } from "../../parts/table/types";
import { lists as en } from "../../texts/en/lists";
import { useText, useTexts } from "../../texts/use";
import { lists as zh } from "../../texts/zh/lists";
import { placeOfList } from "./places";
import { useWarningLists, WarningLists } from "./WarningLists";

interface Reason {
  list: string;
  entry: string;
  reason: Text;
}
interface Answer {
  kind: string;
  value: string;
  stops?: Reason[];
  host_stops?: Reason[];
}

function Reasons({ title, reasons }: { title: string; reasons: Reason[] }) {
  const t = useTexts({ zh, en });
  const text = useText();
  const cells = useCells();
  // Rules that are no list, such as that of special addresses, have no page.
  const lists = useWarningLists();
  return (
    <section className="panel" aria-label={title}>
      <h3>{title}</h3>
      <Few
        title={title}
        heads={[t.list, t.entry, t.reason]}
        rows={reasons.map((r) => [
          lists.data?.some((l) => l.id === r.list)
            ? cells.as(r.list, <Link to={placeOfList(r.list, r.entry)}>{r.list}</Link>)
            : r.list,
          cells.code(defang(r.entry)),
          text(r.reason),
        ])}
      />
    </section>
  );
}

function Check({ value }: { value: string }) {
  const t = useTexts({ zh, en });
  const asked = useQuery({
    queryKey: ["guard", value],
    queryFn: async ({ signal }): Promise<Answer> =>
      (await data(
        api.GET("/api/v1/guard/check", { params: { query: { value } }, signal }),
      )) as unknown as Answer,
  });
  if (asked.error) return <ProblemView error={asked.error} />;
  if (!asked.data) return <Skeleton active title={false} />;
  // The hub leaves out what is empty.
  const { kind, value: read, stops = [], host_stops = [] } = asked.data;
  return (
    <div className="stacked" role="status">
      <Indicator kind={kind} value={read} />
      {stops.length === 0 && <Alert type="success" showIcon message={t.clear} />}
      {stops.length > 0 && <Reasons title={t.stops} reasons={stops} />}
      {host_stops.length > 0 && <Reasons title={t.hostStops} reasons={host_stops} />}
      {stops.length === 0 && host_stops.length === 0 && <p>{t.hostClear}</p>}
    </div>
  );
}

type Stop = NonNullable<Threat["stops"]>[number];
interface StopRow {
  number: string;
  stop: Stop;
}

/** Of a page of cases those stops that there are; a page without any is followed by the next. */
async function load({ query, sort, after, signal }: Ask): Promise<Page<StopRow>> {
  const answer = api.GET("/api/v1/search", {
    params: { query: { in: "cases", q: query, sort: sort as SearchSort, after, limit: 1000 } },
    signal,
  });
  const page = (await data(answer)) as Page<Threat>;
  const items = page.items.flatMap((threat) =>
    (threat.stops ?? []).map((stop) => ({ number: threat.number ?? "", stop })),
  );
  return { items, next: page.next };
}

function useColumns(): Column<StopRow>[] {
  const t = useTexts({ zh, en });
  const text = useText();
  const format = useFormat();
  const unit = useUnitName();
  const pair = (key: string) => {
    const colon = key.indexOf(":");
    return { kind: key.slice(0, colon), value: key.slice(colon + 1) };
  };
  const outcome = ({ stop }: StopRow) => {
    if (stop.second?.person) return t.allowed;
    return stop.first?.person ? t.half : t.stopped;
  };
  const act = (key: "first" | "second", title: string): Column<StopRow> => ({
    key,
    title,
    width: 240,
    cell: ({ stop }) => {
      const by = stop[key];
      return by?.person ? (
        <>
          <Person id={by.person} unit={by.organization} />
          <small> {by.reason}</small>
        </>
      ) : null;
    },
    text: ({ stop }) => {
      const by = stop[key];
      return by?.person
        ? `${unit(by.organization)} ${format.dateTime(by.at ?? "")} ${by.reason}`
        : "";
    },
  });
  return [
    {
      key: "number",
      title: t.case,
      width: 130,
      cell: (r) => <DocNumber of={r.number} />,
      text: (r) => r.number,
    },
    { key: "state", title: t.state, width: 90, text: outcome },
    {
      key: "indicator",
      title: t.indicator,
      width: 260,
      grow: true,
      cell: (r) => <Indicator {...pair(r.stop.indicator ?? "")} />,
      text: (r) => {
        const { kind, value } = pair(r.stop.indicator ?? "");
        return shown(kind, value);
      },
    },
    {
      key: "list",
      title: t.list,
      width: 160,
      cell: (r) => <span title={text(r.stop.reason)}>{r.stop.list}</span>,
      text: (r) => r.stop.list ?? "",
    },
    act("first", t.first),
    act("second", t.second),
  ];
}

export default function Guard() {
  const t = useTexts({ zh, en });
  const [params, setParams] = useSearchParams();
  const value = params.get("value") ?? "";
  const [draft, setDraft] = useState(value);
  const columns = useColumns();
  const rowKey = useCallback(
    (r: StopRow) => `${r.number} ${r.stop.list} ${r.stop.indicator} ${r.stop.entry}`,
    [],
  );
  return (
    <>
      <PageHead title={t.guardTitle} purpose={t.guardPurpose} help={t.guardHelp} />
      <Input.Search
        aria-label={t.value}
        placeholder={t.valueHint}
        enterButton={t.test}
        value={draft}
        onChange={(e) => setDraft(e.target.value)}
        onSearch={(text) => setParams(text.trim() ? { value: text.trim() } : {})}
      />
      {value && <Check value={value} />}
      <WarningLists />
      <h2 className="section-title">{t.overrides}</h2>
      <p>
        <small>{t.overridesHint}</small>
      </p>
      <DataTable
        name="stops"
        title={t.overrides}
        place="cases"
        orders={{ number: { ascending: "number", descending: "-number" } }}
        live={["threat"]}
        columns={columns}
        rowKey={rowKey}
        load={load}
      />
    </>
  );
}
