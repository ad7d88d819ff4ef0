// What is worth a column, for each place that numbers are counted in.
import type { Place, Text } from "../../api/shapes";
import { shown } from "../../base/defang";
import { useFormat } from "../../base/format";
import { DocNumber } from "../../parts/DocNumber";
import { Indicator } from "../../parts/Indicator";
import { Unit, useUnitName } from "../../parts/Party";
import { StateTag } from "../../parts/StateTag";
import { instant } from "../../parts/table/sort";
import type { Column } from "../../parts/table/types";
import { situation as en } from "../../texts/en/situation";
import { useText, useTexts, useWord } from "../../texts/use";
import { situation as zh } from "../../texts/zh/situation";

/** A document of any place, as the search shows it. */
export type Row = Record<string, unknown>;

type Value = (row: Row) => string;
const field =
  (name: string): Value =>
  (row) =>
    typeof row[name] === "object" ? "" : String(row[name] ?? "");

interface Pair {
  kind?: string;
  value?: string;
}
function firstIndicator(row: Row): Pair {
  if (Array.isArray(row.indicators)) return (row.indicators[0] ?? {}) as Pair;
  return (row.indicator ?? row) as Pair;
}

export function useRowColumns(place: Place): Column<Row>[] {
  const t = useTexts({ zh, en });
  const word = useWord();
  const text = useText();
  const unit = useUnitName();
  const format = useFormat();
  const plain = (key: string, title: string, width: number, value: Value): Column<Row> => ({
    key,
    title,
    width,
    text: value,
  });
  const grow = (column: Column<Row>): Column<Row> => ({ ...column, grow: true });
  const document = (key: string, title: string, width: number): Column<Row> => ({
    ...plain(key, title, width, field(key)),
    cell: (r) => <DocNumber of={field(key)(r)} />,
  });
  const number = document("number", t.number, 150);
  const state = {
    ...plain("state", t.state, 120, (r) => word(field("state")(r))),
    cell: (r: Row) => <StateTag state={field("state")(r)} />,
  };
  const addressee = {
    ...plain("addressee", t.addressee, 160, (r) => unit(field("addressee")(r))),
    cell: (r: Row) => <Unit id={field("addressee")(r)} />,
  };
  const indicator: Column<Row> = {
    key: "indicator",
    title: t.indicator,
    width: 300,
    grow: true,
    cell: (r) => {
      const { kind, value } = firstIndicator(r);
      return value ? <Indicator kind={kind ?? ""} value={value} /> : null;
    },
    text: (r) => shown(firstIndicator(r).kind ?? "", firstIndicator(r).value ?? ""),
  };
  const time = (key: string, title: string): Column<Row> => ({
    ...plain(key, title, 165, (r) => format.dateTime(field(key)(r))),
    order: (r) => instant(field(key)(r)),
  });
  const title = grow(
    plain("title", t.subject, 240, (r) =>
      typeof r.title === "string" ? r.title : text(r.title as Text | undefined),
    ),
  );
  const measure = plain("measure", t.measure, 120, (r) => word(field("measure")(r)));
  switch (place) {
    case "tasks":
      return [number, state, measure, addressee, indicator, time("created_at", t.time)];
    case "appeals":
      return [
        number,
        state,
        plain("ruling", t.ruling, 120, (r) => word(field("ruling")(r))),
        time("filed_at", t.time),
      ];
    case "sources":
      return [
        grow(plain("name", t.name, 200, field("name"))),
        plain("kind", t.kind, 120, (r) => word(field("kind")(r))),
        state,
      ];
    case "organizations":
      return [
        plain("code", t.number, 140, field("code")),
        title,
        plain("type", t.kind, 160, (r) => word(field("type")(r))),
      ];
    case "vulnerabilities":
      return [
        plain("id", t.number, 180, field("id")),
        title,
        plain("severity", t.severity, 120, (r) => word(field("severity")(r))),
        time("published_at", t.time),
      ];
    case "indicators":
      return [
        indicator,
        plain("confidence", t.confidence, 90, field("confidence")),
        time("first_seen", t.firstSeen),
        time("last_seen", t.lastSeen),
      ];
    case "entries":
      return [
        indicator,
        addressee,
        document("case", t.threat, 150),
        document("task_number", t.number, 160),
        time("since", t.since),
        plain("version", t.version, 110, field("version")),
      ];
    default:
      return [number, state, title, indicator, time("discovered_at", t.time)];
  }
}
