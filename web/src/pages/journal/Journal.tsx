// The journal, newest first, and what this browser can prove of it.
import { useMutation } from "@tanstack/react-query";
import { Button, Tag } from "antd";
import { useMemo, useState } from "react";
import { api, data } from "../../api/client";
import type { Page } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { placeOf } from "../../base/numbers";
import { Article } from "../../parts/Article";
import { DocNumber } from "../../parts/DocNumber";
import { Facts } from "../../parts/Facts";
import { PageHead } from "../../parts/PageHead";
import { Person, Unit } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { DataTable } from "../../parts/table/DataTable";
import type { Ask, Column, Filter } from "../../parts/table/types";
import { actions } from "../../texts/actions";
import { journal as en } from "../../texts/en/journal";
import { useAction } from "../../texts/steps";
import { useTexts, useWord } from "../../texts/use";
import { journal as zh } from "../../texts/zh/journal";
import { Panel } from "../admin/parts";
import type { JournalEntry } from "../admin/shapes";
import { checkEntry, checkHead, type EntryCheck, type HeadCheck } from "./check";

const orders = { seq: { ascending: "seq", descending: "-seq" } } as const;
type Sort = (typeof orders)["seq"]["ascending" | "descending"];

/** The number of the document that an entry says, such as `T-2026-000001`. */
export function numberIn(entry: JournalEntry): string {
  const said = entry.data as { number?: unknown; task?: unknown } | null;
  return [said?.number, said?.task].map(String).find((n) => placeOf(n)) ?? "";
}

interface Row {
  entry: JournalEntry;
  /** What people call its subject, and the case that it belongs to; empty where there is none. */
  number: string;
  threat: string;
}

/** The newest stand first unless it is asked for. */
async function load({ query, filters, sort, ...page }: Ask): Promise<Page<Row>> {
  const { signal, ...where } = page;
  const asked = {
    ...where,
    ...filters,
    subject: query,
    sort: (sort as Sort) ?? orders.seq.descending,
  };
  const answer = api.GET("/api/v1/journal", { params: { query: asked }, signal });
  const found = (await data(answer)) as unknown as Page<JournalEntry> & {
    numbers: Record<string, string>;
  };
  const items = found.items.map((entry) => ({
    entry,
    number: found.numbers[entry.subject] ?? numberIn(entry),
    threat: found.numbers[entry.threat] ?? "",
  }));
  return { items, next: found.next };
}

/** What most entries are about: how their actions begin, and a word of the hub. */
const ABOUT =
  "threat task notice appeal evidence list point source import organization user token subscription delivery".split(
    " ",
  );

function useFilters(): Filter[] {
  const t = useTexts({ zh, en });
  const word = useWord();
  const action = useAction();
  return useMemo(
    () => [
      {
        name: "without",
        title: t.withoutSignIns,
        options: [{ value: "session.", label: t.withoutSignIns }],
      },
      {
        name: "action",
        title: t.about,
        options: [
          ...ABOUT.map((about) => ({ value: `${about}.`, label: `${word(about)} ${about}.` })),
          // By its name or by its code: both are found.
          ...Object.keys(actions).map((code) => ({
            value: code,
            label: `${action(code)} ${code}`,
          })),
        ],
      },
    ],
    [t, word, action],
  );
}

function Line({ good, text }: { good: boolean | undefined; text: string }) {
  const t = useTexts({ zh, en });
  const tone = good === undefined ? "plain" : good ? "green" : "red";
  const said = good === undefined ? t.notChecked : good ? t.right : t.wrong;
  return (
    <li>
      <Tag className={`tone tone-${tone}`} bordered={false}>
        {said}
      </Tag>{" "}
      {text}
    </li>
  );
}

function HeadLines({ check }: { check: HeadCheck }) {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const { signature, before } = check;
  return (
    <>
      <Line
        good={signature === "unsupported" ? undefined : signature === "valid" && check.matches}
        text={signature === "unsupported" ? t.sm2 : t.headSigned(format.number(check.head.size))}
      />
      <Line
        good={check.grew}
        text={before ? t.grew(format.number(before.size), format.dateTime(before.at)) : t.firstHead}
      />
      {!check.sameKey && <Line good={false} text={t.otherKey} />}
    </>
  );
}

function Head() {
  const t = useTexts({ zh, en });
  const check = useMutation({ mutationFn: checkHead });
  return (
    <Panel
      title={t.proofs}
      hint={t.proofsHint}
      extra={
        <Button type="primary" loading={check.isPending} onClick={() => check.mutate()}>
          {t.checkHead}
        </Button>
      }
    >
      {!window.isSecureContext && <p role="alert">{t.insecure}</p>}
      {check.error && <ProblemView error={check.error} />}
      {check.data && (
        <>
          <ul className="checks" role="status">
            <HeadLines check={check.data} />
          </ul>
          <Facts of={[[t.root, <code key="root">{check.data.head.root}</code>]]} />
        </>
      )}
    </Panel>
  );
}

function EntryLines({ check }: { check: EntryCheck }) {
  const t = useTexts({ zh, en });
  const format = useFormat();
  return (
    <ul className="checks" role="status">
      <Line good={check.content} text={t.content} />
      <Line
        good={check.included}
        text={t.included(format.number(check.head.head.size), format.number(check.steps))}
      />
      <HeadLines check={check.head} />
    </ul>
  );
}

function Json({ title, of }: { title: string; of: unknown }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <pre className="journal-data" tabIndex={0}>
        {JSON.stringify(of, null, 2)}
      </pre>
    </section>
  );
}

function Entry({ row: { entry, number } }: { row: Row }) {
  const action = useAction();
  const t = useTexts({ zh, en });
  const format = useFormat();
  const check = useMutation({ mutationFn: () => checkEntry(entry) });
  return (
    <Panel
      title={t.entry(format.number(entry.seq))}
      extra={
        <Button type="primary" loading={check.isPending} onClick={() => check.mutate()}>
          {t.checkEntry}
        </Button>
      }
    >
      {check.error && <ProblemView error={check.error} />}
      {check.data && <EntryLines check={check.data} />}
      <Facts
        of={[
          [t.time, format.dateTime(entry.time)],
          [t.actor, <Person key="actor" id={entry.actor} unit={entry.org} />],
          [t.action, action(entry.action)],
          [t.code, <code key="code">{entry.action}</code>],
          [t.subject, number && <DocNumber key="number" of={number} />],
          [t.subjectId, <code key="subject">{entry.subject}</code>],
          [t.hash, <code key="hash">{entry.hash}</code>],
          [t.prev, entry.prev && <code>{entry.prev}</code>],
        ]}
      />
      <div className="two-columns">
        <Json title={t.before} of={entry.before} />
        <Json title={t.data} of={entry.data} />
      </div>
    </Panel>
  );
}

/** By its number where it has one; else by the end of its id, with the case that it belongs to. */
function Subject({ row: { entry, number, threat } }: { row: Row }) {
  const word = useWord();
  if (number) return <DocNumber of={number} />;
  return (
    <span title={entry.subject}>
      {word(entry.action.split(".")[0])} <code>…{entry.subject.slice(-6)}</code>{" "}
      <DocNumber of={threat} />
    </span>
  );
}

function useColumns(show: (row: Row) => void): Column<Row>[] {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const action = useAction();
  return [
    {
      key: "seq",
      title: t.seq,
      width: 70,
      cell: (row) => (
        <Button type="link" size="small" onClick={() => show(row)}>
          {String(row.entry.seq)}
        </Button>
      ),
      text: ({ entry: e }) => String(e.seq),
    },
    {
      key: "time",
      title: t.time,
      width: 155,
      cell: ({ entry: e }) => format.dateTime(e.time),
      text: ({ entry: e }) => e.time,
    },
    {
      key: "action",
      title: t.action,
      width: 215,
      cell: ({ entry: e }) => <span title={e.action}>{action(e.action)}</span>,
      text: ({ entry: e }) => action(e.action),
    },
    {
      key: "code",
      title: t.code,
      width: 205,
      cell: ({ entry: e }) => <code>{e.action}</code>,
      text: ({ entry: e }) => e.action,
      hidden: true,
    },
    {
      key: "subject",
      title: t.subject,
      width: 240,
      grow: true,
      cell: (row) => <Subject row={row} />,
      text: (row) => row.number || row.entry.subject,
    },
    {
      key: "actor",
      title: t.actor,
      width: 140,
      cell: ({ entry: e }) => <Person id={e.actor} />,
      text: ({ entry: e }) => e.actor,
    },
    {
      key: "org",
      title: t.unit,
      width: 145,
      cell: ({ entry: e }) => <Unit id={e.org} />,
      text: ({ entry: e }) => e.org,
    },
    {
      key: "basis",
      title: t.basis,
      width: 140,
      cell: ({ entry: e }) =>
        e.basis.article && (
          <>
            <Article
              article={e.basis.article}
              ruleSet={e.basis.rule_set}
              requirement={e.basis.requirement}
            />
            <small>{e.basis.requirement}</small>
          </>
        ),
      text: ({ entry: e }) => `${e.basis.article} ${e.basis.requirement}`,
    },
    {
      key: "hash",
      title: t.hash,
      width: 150,
      hidden: true,
      cell: ({ entry: e }) => <code>{e.hash}</code>,
      text: ({ entry: e }) => e.hash,
    },
  ];
}

export default function Journal() {
  const t = useTexts({ zh, en });
  const [shown, setShown] = useState<Row>();
  return (
    <>
      <PageHead title={t.title} purpose={t.purpose} help={t.help} />
      <Head />
      {shown && <Entry key={shown.entry.seq} row={shown} />}
      <DataTable
        name="journal"
        title={t.title}
        columns={useColumns(setShown)}
        rowKey={(row) => String(row.entry.seq)}
        search={{ label: t.find, hint: t.findHint }}
        filters={useFilters()}
        orders={orders}
        load={load}
        open={setShown}
      />
    </>
  );
}
