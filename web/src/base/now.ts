// One clock for all countdowns, that of the hub: this machine's may be wrong.
import { useSyncExternalStore } from "react";

let ahead = 0;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** What the hub's clock said in an answer that has just come. */
export function hubSays(iso: string): void {
  ahead = Date.parse(iso) - Date.now();
}

function tick() {
  now = Date.now() + ahead;
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(tell);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The hub's time in milliseconds, anew each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
