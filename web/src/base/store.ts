// A value of the whole program that components follow.
import { useSyncExternalStore } from "react";

export interface Store<T> {
  get(): T;
  set(next: T): void;
  /** The value of now; the component is drawn again when it changes. */
  use(): T;
}

export function makeStore<T>(first: T): Store<T> {
  let now = first;
  const listeners = new Set<() => void>();
  const get = () => now;
  const subscribe = (tell: () => void) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  };
  return {
    get,
    set(next) {
      now = next;
      for (const tell of listeners) tell();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}
