// The journal, newest first, and what this browser can prove of it.
import { useMutation } from "@tanstack/react-query";
import { Button, Tag } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
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
import { journal as en } from "../../texts/en/journal";
import { useTexts, useWord } from "../../texts/use";
import { journal as zh } from "../../texts/zh/journal";
import { Panel } from "../admin/parts";
import type { JournalEntry } from "../admin/shapes";
import { checkEntry, checkHead, type EntryCheck, type HeadCheck } from "./check";

const orders = { seq: { ascending: "seq", descending: "-seq" } } as const;
type Sort = (typeof orders)["seq"]["ascending" | "descending"];

/** The newest stand first unless it is asked for. */
async function load({ query, filters, sort, ...page }: Ask): Promise<Page<JournalEntry>> {
  const { signal, ...where } = page;
  const asked = {
    ...where,
    ...filters,
    subject: query,
    sort: (sort as Sort) ?? orders.seq.descending,
  };
  const answer = api.GET("/api/v1/journal", { params: { query: asked }, signal });
  return (await data(answer)) as unknown as Page<JournalEntry>;
}

/** What most entries are about: how their actions begin, and a word of the hub. */
const ABOUT =
  "threat task notice appeal evidence list point source import organization user token subscription delivery".split(
    " ",
  );

function useFilters(): Filter[] {
  const t = useTexts({ zh, en });
  const word = useWord();
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
        options: ABOUT.map((about) => ({ value: `${about}.`, label: word(about) })),
      },
    ],
    [t, word],
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

function Entry({ entry }: { entry: JournalEntry }) {
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
          [t.action, <code key="action">{entry.action}</code>],
          [t.subject, <code key="subject">{entry.subject}</code>],
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

/** The number of the document that an entry says, such as `T-2026-000001`. */
export function numberIn(entry: JournalEntry): string {
  const said = entry.data as { number?: unknown; task?: unknown } | null;
  return [said?.number, said?.task].map(String).find((n) => placeOf(n)) ?? "";
}

/** By its number where the entry says one; else by the end of its id, and the case one click away. */
function Subject({ entry }: { entry: JournalEntry }) {
  const word = useWord();
  const number = numberIn(entry);
  if (number) return <DocNumber of={number} />;
  const kind = word(entry.action.split(".")[0]);
  const end = <code>…{entry.subject.slice(-6)}</code>;
  return (
    <span title={entry.subject}>
      {kind} {entry.threat ? <Link to={`/threats/${entry.threat}`}>{end}</Link> : end}
    </span>
  );
}

function useColumns(show: (entry: JournalEntry) => void): Column<JournalEntry>[] {
  const t = useTexts({ zh, en });
  const format = useFormat();
  return [
    {
      key: "seq",
      title: t.seq,
      width: 70,
      cell: (e) => (
        <Button type="link" size="small" onClick={() => show(e)}>
          {String(e.seq)}
        </Button>
      ),
      text: (e) => String(e.seq),
    },
    {
      key: "time",
      title: t.time,
      width: 165,
      cell: (e) => format.dateTime(e.time),
      text: (e) => e.time,
    },
    {
      key: "action",
      title: t.action,
      width: 205,
      cell: (e) => <code>{e.action}</code>,
      text: (e) => e.action,
    },
    {
      key: "subject",
      title: t.subject,
      width: 170,
      grow: true,
      cell: (e) => <Subject entry={e} />,
      text: (e) => numberIn(e) || e.subject,
    },
    {
      key: "actor",
      title: t.actor,
      width: 150,
      cell: (e) => <Person id={e.actor} />,
      text: (e) => e.actor,
    },
    { key: "org", title: t.unit, width: 155, cell: (e) => <Unit id={e.org} />, text: (e) => e.org },
    {
      key: "basis",
      title: t.basis,
      width: 140,
      cell: (e) =>
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
      text: (e) => `${e.basis.article} ${e.basis.requirement}`,
    },
    {
      key: "hash",
      title: t.hash,
      width: 150,
      hidden: true,
      cell: (e) => <code>{e.hash}</code>,
      text: (e) => e.hash,
    },
  ];
}

export default function Journal() {
  const t = useTexts({ zh, en });
  const [shown, setShown] = useState<JournalEntry>();
  return (
    <>
      <PageHead title={t.title} purpose={t.purpose} help={t.help} />
      <Head />
      {shown && <Entry key={shown.seq} entry={shown} />}
      <DataTable
        name="journal"
        title={t.title}
        columns={useColumns(setShown)}
        rowKey={(e) => String(e.seq)}
        search={{ label: t.find, hint: t.findHint }}
        filters={useFilters()}
        orders={orders}
        load={load}
        open={setShown}
      />
    </>
  );
}
