// What a person chose on this machine: language, time zone, colours.
import { useSyncExternalStore } from "react";

export type Language = "zh" | "en";
export interface Settings {
  language: Language;
  zone: string;
  theme: "system" | "light" | "dark";
}

/** Deadlines are those of the law, which counts days in Asia/Shanghai. */
export const LAW_ZONE = "Asia/Shanghai";
const KEY = "tocsin.settings";
const defaults: Settings = { language: "zh", zone: LAW_ZONE, theme: "system" };

function stored(): Settings {
  try {
    return { ...defaults, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return defaults; // somebody else's text under our key
  }
}

let current = stored();
const listeners = new Set<() => void>();

export function settings(): Settings {
  return current;
}

export function change(some: Partial<Settings>): void {
  current = { ...current, ...some };
  localStorage.setItem(KEY, JSON.stringify(current));
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, settings);
}

const darkQuery = window.matchMedia("(prefers-color-scheme: dark)");

function subscribeDark(tell: () => void): () => void {
  darkQuery.addEventListener("change", tell);
  return () => darkQuery.removeEventListener("change", tell);
}

export function useDark(): boolean {
  const system = useSyncExternalStore(subscribeDark, () => darkQuery.matches);
  const { theme } = useSettings();
  return theme === "system" ? system : theme === "dark";
}
