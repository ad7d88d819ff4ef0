// Every enforcement point: which version it has, how far it is behind, how to connect it.
import { Button } from "antd";
import { useCallback, useState } from "react";
import { api, data } from "../../api/client";
import type { Page, Text } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { PageHead } from "../../parts/PageHead";
import { Unit, useUnitName } from "../../parts/Party";
import { DataTable } from "../../parts/table/DataTable";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { lists as en } from "../../texts/en/lists";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { lists as zh } from "../../texts/zh/lists";
import { Connect } from "./Connect";

interface Zone {
  zone: string;
  acknowledged: number | null;
  problem: string;
}
export interface PointRow {
  point: {
    code: string;
    kind: "dns-rpz" | "decisions" | "text-list";
    organization: string;
    address: string;
    port: number;
    acknowledged: number;
    acknowledged_at: string;
  };
  wanted: number;
  behind: number;
  lag_ms: number;
  entries: number;
  /** What its word does not prove, and what would. */
  note?: Partial<Text>;
  zones: Zone[];
}

async function load({ signal }: Ask): Promise<Page<PointRow>> {
  return (await data(api.GET("/api/v1/points", { signal }))) as unknown as Page<PointRow>;
}

/** `problem` says what is wrong with a zone. */
function zones(row: PointRow, problem: (what: string) => string, between: string): string {
  return row.zones
    .map((z) => `${z.zone} ${z.acknowledged ?? "–"}${z.problem ? ` ${problem(z.problem)}` : ""}`)
    .join(between);
}

export default function Points() {
  const t = useTexts({ zh, en });
  const word = useWord();
  const text = useText();
  const format = useFormat();
  const unit = useUnitName();
  const mark = useMarks();
  const problem = (what: string) => `${t.zoneProblem}${mark.says}${what}`;
  const [open, setOpen] = useState<PointRow>();
  const behind = (r: PointRow) => (r.behind > 0 ? t.changes(format.number(r.behind)) : t.upToDate);
  const simple = (
    key: string,
    title: string,
    width: number,
    text: (row: PointRow) => string,
  ): Column<PointRow> => ({ key, title, width, cell: text, text });
  const columns: Column<PointRow>[] = [
    {
      ...simple("code", t.code, 130, (r) => r.point.code),
      grow: true,
      cell: (r) => <code>{r.point.code}</code>,
    },
    {
      ...simple("unit", t.unit, 110, (r) => unit(r.point.organization)),
      cell: (r) => <Unit id={r.point.organization} />,
    },
    simple("kind", t.kind, 90, (r) => word(r.point.kind)),
    {
      ...simple("behind", t.behind, 90, behind),
      order: (r) => r.behind,
      cell: (r) => (
        <span className={r.behind > 0 ? "tone tone-orange" : undefined}>{behind(r)}</span>
      ),
    },
    {
      ...simple("lag", t.lag, 90, (r) => (r.behind > 0 ? format.span(r.lag_ms) : "–")),
      order: (r) => (r.behind > 0 ? r.lag_ms : 0),
    },
    simple("acknowledged", t.acknowledged, 80, (r) => String(r.point.acknowledged)),
    {
      ...simple("note", t.proof, 200, (r) => text(r.note)),
      grow: true,
      cell: (r) => <span title={text(r.note)}>{text(r.note)}</span>,
    },
    { ...simple("wanted", t.wanted, 90, (r) => String(r.wanted)), hidden: true },
    {
      ...simple("entries", t.entries, 70, (r) => format.number(r.entries)),
      order: (r) => r.entries,
    },
    {
      ...simple("at", t.acknowledgedAt, 155, (r) =>
        r.point.acknowledged ? format.dateTime(r.point.acknowledged_at) : "–",
      ),
      order: (r) => (r.point.acknowledged ? instant(r.point.acknowledged_at) : undefined),
    },
    {
      ...simple("address", t.address, 160, (r) =>
        r.point.address ? `${r.point.address}:${r.point.port}` : "",
      ),
      hidden: true,
    },
    { ...simple("zones", t.zones, 300, (r) => zones(r, problem, mark.clauses)), hidden: true },
    {
      key: "connect",
      title: t.configure,
      width: 80,
      cell: (r) => (
        <Button size="small" aria-label={t.setUp(r.point.code)} onClick={() => setOpen(r)}>
          {t.configure}
        </Button>
      ),
      text: () => "",
      sort: false,
    },
  ];
  const rowKey = useCallback((r: PointRow) => r.point.code, []);
  return (
    <>
      <PageHead
        title={t.pointsTitle}
        purpose={t.pointsPurpose}
        help={
          <>
            <p>{t.pointsHelp}</p>
            <p>{t.noPoints}</p>
          </>
        }
      />
      <DataTable
        name="points"
        title={t.pointsTitle}
        live={["list", "task"]}
        columns={columns}
        rowKey={rowKey}
        load={load}
        open={setOpen}
      />
      {open && <Connect row={open} close={() => setOpen(undefined)} />}
    </>
  );
}
