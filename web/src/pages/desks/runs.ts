// One step for many documents: each is asked for by itself. What the hub did not answer is neither
// done nor refused; asked again under the same key it happens once. A run belongs to the program: its
// dialog can be closed while it goes on, and opened again.
import { actionsOf } from "../../acts/steps";
import { act } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { queries } from "../../api/queries";
import type { Duty, Step, Text } from "../../api/shapes";
import { makeStore } from "../../base/store";
import { carry, type Hold, handOver } from "../../base/work";
import { type Action, newKey } from "../../parts/ActionForm";
import { both } from "../../texts/use";
import { deskTexts } from "./texts";

export interface Shared {
  name: string;
  step: Step;
  title: Text;
  actions: Map<string, Action>;
}

/** Steps that every selected document offers, each with the action of every document. */
export function sharedBy(rows: Duty[]): Shared[] {
  const all = new Map<string, Shared>();
  for (const row of rows) {
    for (const step of row.next) {
      for (const action of actionsOf(row.number, step, row.relapse?.id)) {
        // A probe and a document are not the same act, though they lead to the same state.
        const name = `${action.path.split("/").pop()}:${JSON.stringify(action.fixed)}`;
        const one = all.get(name) ?? { name, step, title: action.title, actions: new Map() };
        if (!one.actions.has(row.number)) one.actions.set(row.number, action);
        all.set(name, one);
      }
    }
  }
  return [...all.values()].filter((one) => one.actions.size === rows.length);
}

export interface Outcome {
  done: string[];
  refused: [string, Problem][];
  unknown: string[];
}

export interface Run {
  id: string;
  desk: string;
  shared: Shared;
  /** What has to be read before, what of it was opened, and what was read. */
  sample: string[];
  seen: string[];
  read: string[];
  /** What was filled in, once it was begun. */
  values?: Record<string, unknown>;
  outcome?: Outcome;
  busy: boolean;
  /** All was done. */
  whole: () => void;
}

const runs = makeStore<Run[]>([]);
export const useRuns = runs.use;

/** Of each run, the idempotency keys of what it asked for. */
const keys = new Map<string, Map<string, string>>();

handOver.add(() => {
  runs.set([]);
  keys.clear();
});

export function change(id: string, some: Partial<Run>): void {
  runs.set(runs.get().map((r) => (r.id === id ? { ...r, ...some } : r)));
}

export function prepare(made: Pick<Run, "desk" | "shared" | "sample" | "whole">): string {
  const id = newKey();
  runs.set([...runs.get(), { ...made, id, seen: [], read: [], busy: false }]);
  keys.set(id, new Map());
  return id;
}

export function forget(id: string): void {
  runs.set(runs.get().filter((r) => r.id !== id));
  keys.delete(id);
}

/** How far it is, in words. */
export function told(outcome: Outcome, all: number, busy: boolean): Text[] {
  const { done, refused, unknown } = outcome;
  const tried = done.length + refused.length + unknown.length;
  const said = [both(deskTexts, (t, n) => t.bulkDone(n(done.length), n(all)))];
  if (refused.length > 0) said.push(both(deskTexts, (t, n) => t.bulkRefused(n(refused.length))));
  if (unknown.length > 0) said.push(both(deskTexts, (t, n) => t.bulkUnknown(n(unknown.length))));
  if (!busy && tried < all) said.push(both(deskTexts, (t, n) => t.bulkLeft(n(all - tried))));
  return said;
}

/** Asks for what is not done yet, one by one; each outcome is seen at once. */
async function oneByOne(run: Run, values: Record<string, unknown>, hold: Hold): Promise<Outcome> {
  const mine = keys.get(run.id) ?? new Map<string, string>();
  const all = run.shared.actions.size;
  let now: Outcome = { done: run.outcome?.done ?? [], refused: [], unknown: [] };
  const tell = (busy: boolean) => {
    change(run.id, { outcome: now });
    const tried = now.done.length + now.refused.length + now.unknown.length;
    const words = told(now, all, busy);
    const said = {
      zh: words.map((w) => w.zh).join("；"),
      en: words.map((w) => w.en).join("; "),
    };
    hold.at(tried / all, said);
  };
  tell(true);
  for (const [number, action] of run.shared.actions) {
    if (now.done.includes(number)) continue;
    if (hold.signal.aborted) break;
    const body = { ...values, ...action.fixed };
    const name = `${number} ${JSON.stringify(body)}`;
    const key = mine.get(name) ?? newKey();
    mine.set(name, key);
    try {
      await act(action.path, body, key);
      now = { ...now, done: [...now.done, number] };
    } catch (thrown) {
      const problem = asProblem(thrown);
      const silent = problem.status <= 0 || problem.status >= 500;
      // A refusal is final for its key; other words or another state of things are a new request.
      if (!silent) mine.delete(name);
      now = silent
        ? { ...now, unknown: [...now.unknown, number] }
        : { ...now, refused: [...now.refused, [number, problem]] };
    }
    tell(true);
  }
  tell(false);
  if (now.done.length < all) hold.short();
  return now;
}

/** Begins a run, or goes on with what of it was not done. */
export async function go(run: Run, values: Record<string, unknown>): Promise<void> {
  const all = run.shared.actions.size;
  const { id, desk, shared } = run;
  change(id, { values, busy: true });
  const title = {
    zh: deskTexts.zh.bulkTitle(shared.title.zh, String(all)),
    en: deskTexts.en.bulkTitle(shared.title.en, String(all)),
  };
  const place = `/desks/${desk}?run=${id}`;
  const outcome = await carry(
    { title, place, key: id, stops: true, dismissed: () => forget(id) },
    (hold) => oneByOne(run, values, hold),
  );
  change(id, { busy: false });
  if (outcome.done.length === all) run.whole();
  await queries.invalidateQueries({ predicate: (q) => q.meta?.live !== undefined });
}
