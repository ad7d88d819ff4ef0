// The way of a case through the loop, from left to right: when, who, what, on which article, and
// the clocks at the step where they start and end. Below, the clocks and the journal as tables.
import { Button, Skeleton } from "antd";
import { useState } from "react";
import type { Clock } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { Article } from "../../parts/Article";
import { Person } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { instant } from "../../parts/table/sort";
import { useAction } from "../../texts/steps";
import { useTexts, useWord } from "../../texts/use";
import { type Entry, useJournal } from "./queries";
import { Section } from "./Section";
import { threatTexts } from "./texts";

export interface OwnClock {
  number: string;
  clock: Clock;
}

/** What only keeps a record is in the journal below, not in the river. */
const STEPS = /^(threat|task|appeal|relapse)\./;
const SHOWN = 200;
/** A step and the clock it starts are written in one transaction, not in one instant. */
const NEAR_MS = 1500;

/** The entry whose time is nearest: a clock belongs to the step that started or met it. */
function nearest(entries: Entry[], iso: string | undefined): number {
  if (!iso) return -1;
  const at = Date.parse(iso);
  let best = -1;
  let distance = NEAR_MS;
  entries.forEach((e, i) => {
    const d = Math.abs(Date.parse(e.time) - at);
    if (d <= distance) {
      best = i;
      distance = d;
    }
  });
  return best;
}

function marksOf(entries: Entry[], clocks: OwnClock[]) {
  const marks = entries.map(() => ({ starts: [] as OwnClock[], ends: [] as OwnClock[] }));
  for (const own of clocks) {
    marks[nearest(entries, own.clock.start)]?.starts.push(own);
    marks[nearest(entries, own.clock.met_at)]?.ends.push(own);
  }
  return marks;
}

function Steps({ entries, clocks }: { entries: Entry[]; clocks: OwnClock[] }) {
  const t = useTexts(threatTexts);
  const word = useWord();
  const format = useFormat();
  const action = useAction();
  const marks = marksOf(entries, clocks);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by keyboard
    <section className="river" tabIndex={0} aria-label={t.river}>
      <ol>
        {entries.map((e, i) => {
          const before = entries[i - 1];
          const gap = before ? Date.parse(e.time) - Date.parse(before.time) : 0;
          return (
            <li key={e.seq}>
              <div className="river-dot" aria-hidden="true" />
              <small className="river-gap">
                {gap >= 60_000 ? t.later(format.span(gap)) : "\u00a0"}
              </small>
              <strong>{action(e.action)}</strong>
              <time dateTime={e.time}>{format.dateTime(e.time)}</time>
              <span>{e.actor ? <Person id={e.actor} unit={e.org} /> : t.platform}</span>
              {e.basis.article && (
                <Article
                  article={e.basis.article}
                  ruleSet={e.basis.rule_set}
                  requirement={e.basis.requirement}
                />
              )}
              {marks[i]?.starts.map((m) => (
                <small key={`s${m.number}${m.clock.clock}`} className="river-clock">
                  {t.clockStarts(word(m.clock.clock))}
                </small>
              ))}
              {marks[i]?.ends.map((m) => (
                <small key={`e${m.number}${m.clock.clock}`} className="river-clock">
                  {t.clockMet(word(m.clock.clock))}
                </small>
              ))}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

export function Clocks({ clocks, titled }: { clocks: OwnClock[]; titled?: boolean }) {
  const t = useTexts(threatTexts);
  const cells = useCells();
  const format = useFormat();
  if (clocks.length === 0) return <p className="case-hint">{t.noClocks}</p>;
  return (
    <>
      {titled && <h3>{t.clocks}</h3>}
      <Few
        title={t.clocks}
        heads={[t.clock, t.document, t.start, t.due, t.length]}
        rows={clocks.map(({ number, clock }) => [
          cells.deadline(clock),
          cells.document(number),
          cells.time(clock.start),
          { cell: format.due(clock), by: instant(clock.due), text: format.due(clock) },
          format.length(clock.length || clock.limit || ""),
        ])}
      />
    </>
  );
}

function Journal({ entries }: { entries: Entry[] }) {
  const t = useTexts(threatTexts);
  const cells = useCells();
  const format = useFormat();
  const action = useAction();
  const [shown, setShown] = useState(SHOWN);
  return (
    <details>
      <summary>{t.allEntries(format.number(entries.length))}</summary>
      <Few
        title={t.river}
        heads={[t.entry, t.time, t.what, t.who, t.basis, t.hash]}
        rows={entries.map((e) => [
          e.seq,
          cells.time(e.time),
          cells.as(action(e.action), <span title={e.action}>{action(e.action)}</span>),
          cells.person(e.actor, e.org, t.platform),
          cells.article(e.basis),
          cells.as(e.hash, <code title={e.hash}>{e.hash.slice(0, 12)}</code>),
        ])}
        shown={shown}
      />
      {entries.length > shown && (
        <Button size="small" onClick={() => setShown(shown + SHOWN)}>
          {t.showAll(format.number(entries.length))}
        </Button>
      )}
    </details>
  );
}

export function River({ number, clocks }: { number: string; clocks: OwnClock[] }) {
  const t = useTexts(threatTexts);
  const { data, error, refetch } = useJournal(number);
  return (
    <Section id="river" title={t.river} hint={t.riverHint}>
      {error && <ProblemView error={error} retry={() => refetch()} />}
      {!data && !error && <Skeleton active title={false} />}
      {data && <Steps entries={data.filter((e) => STEPS.test(e.action))} clocks={clocks} />}
      <Clocks clocks={clocks} titled />
      {data && <Journal entries={data} />}
    </Section>
  );
}
