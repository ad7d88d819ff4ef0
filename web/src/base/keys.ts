// One keyboard for the whole console: single keys and `g` + letter. What is registered last is
// asked first, so a table on the page takes j and k before anything below it.
import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Key {
  /** `j`, `Enter`, `?`, or `g h`. */
  key: string;
  help: string;
  run: () => void;
}

let layers: (() => Key[])[] = [];
const listeners = new Set<() => void>();
let pending = "";
let pendingSince = 0;
const SEQUENCE_MS = 1500;

function tell() {
  for (const one of listeners) one();
}

const CHOSEN_NOT_TYPED = /^(checkbox|radio|button|submit|file|range)$/;

/** A choice keeps the focus after it was made; letters are not for it. */
function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) {
    return !target.readOnly && !CHOSEN_NOT_TYPED.test(target.type);
  }
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName);
}

const OWN_KEYS = [
  "button",
  "a",
  "input",
  ...["menuitem", "option", "switch"].map((role) => `[role=${role}]`),
].join(", ");

/** Enter and space belong to a control that has the focus, Escape to a list that is open. */
function takesItself(event: KeyboardEvent): boolean {
  if (!(event.target instanceof Element)) return false;
  if (event.key === "Escape") return event.target.matches("[role=combobox][aria-expanded=true]");
  return (event.key === "Enter" || event.key === " ") && event.target.closest(OWN_KEYS) !== null;
}

/** A dialog hears only the keys of what has the focus inside it; Escape closes it from anywhere. */
function leave(dialog: Element, event: KeyboardEvent): void {
  if (event.key !== "Escape" || dialog.contains(event.target as Node)) return;
  dialog.querySelector<HTMLElement>(".ant-modal-close")?.click();
}

export function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const dialog = [
    ...document.querySelectorAll(".ant-modal-wrap:not([style*='display: none'])"),
  ].pop();
  if (dialog) {
    leave(dialog, event);
    return;
  }
  if (typing(event.target) || takesItself(event)) return;
  const now = Date.now();
  const sequence = pending && now - pendingSince < SEQUENCE_MS ? `${pending} ${event.key}` : "";
  pending = "";
  for (const layer of [...layers].reverse()) {
    const keys = layer();
    const found =
      keys.find((k) => k.key === sequence) ??
      (sequence ? undefined : keys.find((k) => k.key === event.key));
    if (found) {
      event.preventDefault();
      found.run();
      return;
    }
  }
  if (event.key === "g") {
    pending = "g";
    pendingSince = now;
  }
}

/** Every key that works now, for the help. */
export function activeKeys(): Key[] {
  return layers.flatMap((layer) => layer());
}

export function useKeys(keys: Key[]): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const layer = () => latest.current;
    layers = [...layers, layer];
    tell();
    return () => {
      layers = layers.filter((l) => l !== layer);
      tell();
    };
  }, []);
}

let version = 0;
export function useActiveKeys(): Key[] {
  useSyncExternalStore(
    (changed) => {
      const one = () => {
        version += 1;
        changed();
      };
      listeners.add(one);
      return () => listeners.delete(one);
    },
    () => version,
  );
  return activeKeys();
}
