// Long work that this window has under way or just ended. It belongs to the program, not to the page
// that began it: the page can be left, and the work is found again in the header.
import type { Text } from "../api/shapes";
import { makeStore } from "./store";

export interface About {
  title: Text;
  /** The page where it is at home. */
  place: string;
  /** Work under the same key is the same, tried again: it takes the place of the one before. */
  key?: string;
  /** It can be broken off: `Hold.signal` says so. */
  stops?: boolean;
  /** The hub goes on with it when this window is closed. */
  atHub?: boolean;
  /** Somebody took it off the list. */
  dismissed?: () => void;
}

/** `partly`: it came to its end, and not all of it was done. */
export type State = "running" | "done" | "partly" | "stopped" | "failed";

export interface Work extends About {
  id: number;
  /** Greater than that of every work whose state changed before. */
  turn: number;
  state: State;
  /** How far, 0 to 1; undefined: nobody knows. */
  share?: number;
  /** How far, or what came of it, in words. */
  said?: Text;
  error?: unknown;
  stop?: () => void;
}

/** What the work itself has of its place in the list. */
export interface Hold {
  signal: AbortSignal;
  at: (share: number | undefined, said?: Text) => void;
  /** Not all of it can be done. */
  short: () => void;
}

const works = makeStore<Work[]>([]);
let last = 0;
let turns = 0;
let owner = "";

/** Called when another person, or the same one for another unit, goes on in this window. */
export const handOver = new Set<() => void>();

/** The oldest first. */
export const useWorks = works.use;

function change(id: number, some: Partial<Work>): void {
  const turn = some.state && { turn: ++turns };
  works.set(works.get().map((w) => (w.id === id ? { ...w, ...some, ...turn } : w)));
}

/** Does `run` as work of the program, and gives what it gives or throws. */
export async function carry<T>(about: About, run: (hold: Hold) => Promise<T>): Promise<T> {
  last += 1;
  const id = last;
  const breaker = new AbortController();
  const { signal } = breaker;
  const others = works.get().filter((w) => !about.key || w.key !== about.key);
  const stop = () => breaker.abort();
  works.set([...others, { ...about, id, turn: ++turns, state: "running", stop }]);
  let whole = true;
  try {
    const made = await run({
      signal,
      at: (share, said) => change(id, { share, ...(said && { said }) }),
      short: () => {
        whole = false;
      },
    });
    change(id, { state: signal.aborted ? "stopped" : whole ? "done" : "partly" });
    return made;
  } catch (error) {
    change(id, signal.aborted ? { state: "stopped" } : { state: "failed", error });
    throw error;
  }
}

export function dismiss(id: number): void {
  const gone = works.get().find((w) => w.id === id);
  works.set(works.get().filter((w) => w.id !== id));
  gone?.dismissed?.();
}

/** Who works here, and for whom: what another began is neither carried on nor shown. */
export function ownedBy(who: string): void {
  if (owner === who) return;
  const before = owner;
  owner = who;
  if (!before) return;
  for (const work of works.get()) {
    work.stop?.();
    dismiss(work.id);
  }
  for (const tell of handOver) tell();
}
