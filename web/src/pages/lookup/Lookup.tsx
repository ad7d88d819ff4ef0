// Many values at once: what is known of each, who blocks it, and in which case.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useCallback, useMemo, useState } from "react";
import { createSearchParams, Link } from "react-router";
import { api, data } from "../../api/client";
import type { Page } from "../../api/shapes";
import { defang, shown } from "../../base/defang";
import { type Format, useFormat } from "../../base/format";
import { save } from "../../base/save";
import { Indicator } from "../../parts/Indicator";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { StateTag } from "../../parts/StateTag";
import { DataTable } from "../../parts/table/DataTable";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { tsv } from "../../parts/table/views";
import { lookup as en } from "../../texts/en/lookup";
import { type Same, useMarks, useText, useTexts } from "../../texts/use";
import { lookup as zh } from "../../texts/zh/lookup";
import { MOST, valuesOf, verdict } from "./values";

interface Found {
  query: string;
  kind?: string;
  value?: string;
  known?: boolean;
  blocked?: boolean;
  error?: string;
  error_zh?: string;
  last_seen?: string;
  sources?: { source: string; stands?: boolean }[];
  cases?: { number: string; state: string; title: string }[];
  listed?: { addressee: string }[];
  below?: { kind: string; state: string; matched: string };
}
interface Answer {
  items: Found[];
  as_of: { version: number; at: string; from: "snapshot" | "database" };
}
/** With its place in what was pasted: the same value may stand there twice. */
type Row = Found & { at: number };

type Words = Same<typeof zh>;

function useColumns(t: Words, format: Format): Column<Row>[] {
  const text = useText();
  const mark = useMarks();
  const why = (r: Row) => text({ zh: r.error_zh, en: r.error });
  const result = (r: Row) =>
    [r.error ? why(r) : t[verdict(r)], r.below ? t.below(shown(r.below.kind, r.below.matched)) : ""]
      .filter(Boolean)
      .join(mark.clauses);
  return [
    {
      key: "query",
      title: t.query,
      width: 200,
      hidden: true,
      cell: (r) => <code>{defang(r.query)}</code>,
      text: (r) => defang(r.query),
    },
    {
      key: "indicator",
      title: t.indicator,
      width: 230,
      grow: true,
      // What was asked, where nothing could be made of it.
      cell: (r) =>
        r.value ? (
          <span title={defang(r.query)}>
            <Indicator kind={r.kind ?? ""} value={r.value} />
          </span>
        ) : (
          <code>{defang(r.query)}</code>
        ),
      text: (r) => (r.value ? shown(r.kind ?? "", r.value) : defang(r.query)),
    },
    {
      key: "result",
      title: t.result,
      width: 170,
      cell: (r) =>
        verdict(r) === "blocked" ? (
          <strong title={result(r)}>{result(r)}</strong>
        ) : (
          <span title={result(r)}>{result(r)}</span>
        ),
      text: result,
    },
    {
      key: "sources",
      title: t.sources,
      width: 120,
      cell: (r) => (r.sources ?? []).map((s) => s.source).join(mark.words),
      text: (r) => (r.sources ?? []).map((s) => s.source).join(" "),
    },
    {
      key: "cases",
      title: t.cases,
      width: 215,
      cell: (r) =>
        (r.cases ?? []).map((c) => (
          <span key={c.number} className="step">
            <Link to={`/threats?${createSearchParams({ q: c.number })}`} title={c.title}>
              {c.number}
            </Link>
            <StateTag state={c.state} />
          </span>
        )),
      text: (r) => (r.cases ?? []).map((c) => c.number).join(" "),
    },
    {
      key: "listed",
      title: t.listed,
      width: 110,
      cell: (r) => (r.listed ?? []).map((l) => l.addressee).join(mark.words),
      text: (r) => (r.listed ?? []).map((l) => l.addressee).join(" "),
    },
    {
      key: "last",
      title: t.lastSeen,
      width: 165,
      text: (r) => format.dateTime(r.last_seen ?? ""),
      order: (r) => instant(r.last_seen),
    },
  ];
}

function Result({ answer, round }: { answer: Answer; round: number }) {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const columns = useColumns(t, format);
  const rows = useMemo(() => answer.items.map((item, at) => ({ ...item, at })), [answer]);
  const count = (what: string) => format.number(rows.filter((r) => verdict(r) === what).length);
  const known = format.number(rows.filter((r) => r.known).length);
  const words = ["known", "withdrawn", "blocked", "unknown", "wrong"] as const;
  const filters = [
    { name: "show", title: t.show, options: words.map((w) => ({ value: w, label: t[w] })) },
  ];
  const load = useCallback(
    async ({ filters: { show }, after, limit }: Ask): Promise<Page<Row>> => {
      const all = show
        ? rows.filter((r) => (show === "known" ? r.known : verdict(r) === show))
        : rows;
      const from = Number(after ?? 0);
      const next = from + limit < all.length ? String(from + limit) : undefined;
      return { items: all.slice(from, from + limit), next };
    },
    [rows],
  );
  const rowKey = useCallback((r: Row) => `${r.at + 1} ${r.query}`, []);
  const download = () => {
    const lines = rows.map((r) => columns.map((c) => c.text(r)));
    const text = tsv([columns.map((c) => c.title), ...lines]);
    const file = new Blob([`\uFEFF${text}\n`], { type: "text/tab-separated-values" });
    save(file, "tocsin-lookup.tsv");
  };
  const { version, at, from } = answer.as_of;
  return (
    <>
      <p role="status">
        <strong>
          {t.summary(format.number(rows.length), known, count("blocked"), count("wrong"))}
        </strong>{" "}
        <small>
          {t.asOf(format.number(version), format.dateTime(at))}
          {from === "snapshot" && ` · ${t.fromSnapshot}`}
        </small>{" "}
        <Button size="small" onClick={download}>
          {t.download}
        </Button>
      </p>
      <DataTable
        key={round}
        name="lookup"
        title={t.title}
        filters={filters}
        columns={columns}
        rowKey={rowKey}
        load={load}
      />
    </>
  );
}

export default function Lookup() {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const client = useQueryClient();
  const [draft, setDraft] = useState("");
  const [round, setRound] = useState(0);
  const values = useMemo(() => valuesOf(draft), [draft]);
  const count = format.number(values.length);
  const asked = useMutation({
    mutationFn: async () =>
      (await data(
        api.POST("/api/v1/lookup", { body: { values, fresh: false } as never }),
      )) as unknown as Answer,
    onSuccess: () => {
      // Pages of the answer before are not those of this one.
      client.removeQueries({ queryKey: ["lookup"] });
      setRound((n) => n + 1);
    },
  });
  const many = values.length > MOST;
  return (
    <>
      <PageHead title={t.title} purpose={t.purpose} help={t.help} />
      <Form onFinish={() => asked.mutate()}>
        <Input.TextArea
          className="paste"
          aria-label={t.values}
          placeholder={t.hint}
          rows={round > 0 ? 4 : 12}
          value={draft}
          onChange={(e) => setDraft(e.target.value)}
          onKeyDown={(e) => {
            const ready = values.length > 0 && !many;
            if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && ready) asked.mutate();
          }}
        />
        <div className="stacked-line">
          <Button
            type="primary"
            htmlType="submit"
            disabled={values.length === 0 || many}
            loading={asked.isPending}
          >
            {t.ask(count)}
          </Button>
          {values.length === 0 && <small>{t.none}</small>}
          {many && <strong role="alert">{t.tooMany(count)}</strong>}
        </div>
      </Form>
      {asked.error && <ProblemView error={asked.error} />}
      {asked.data && round > 0 && <Result answer={asked.data} round={round} />}
    </>
  );
}
