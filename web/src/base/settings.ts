// What a person chose on this machine: language, time zone, colours.
import { useCallback, useSyncExternalStore } from "react";

export type Language = "zh" | "en";
export interface Settings {
  language: Language;
  zone: string;
  theme: "system" | "light" | "dark";
}

/** Deadlines are those of the law, which counts days in Asia/Shanghai. */
export const LAW_ZONE = "Asia/Shanghai";
const KEY = "tocsin.settings";

/** Chinese or English; Chinese where nothing is known. */
export function languageOf(browser: string | undefined): Language {
  return !browser || /^zh\b/i.test(browser) ? "zh" : "en";
}

const defaults: Settings = {
  language: languageOf(navigator.language),
  zone: LAW_ZONE,
  theme: "system",
};

function stored(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {}; // somebody else's text under our key
  }
}

// Only what was chosen is kept: a language that was guessed follows the browser.
let chosen = stored();
let current: Settings = { ...defaults, ...chosen };
const listeners = new Set<() => void>();

export function settings(): Settings {
  return current;
}

export function change(some: Partial<Settings>): void {
  chosen = { ...chosen, ...some };
  current = { ...defaults, ...chosen };
  localStorage.setItem(KEY, JSON.stringify(chosen));
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}

export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, settings);
}

function useMatch(query: MediaQueryList): boolean {
  const subscribe = useCallback(
    (tell: () => void) => {
      query.addEventListener("change", tell);
      return () => query.removeEventListener("change", tell);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => query.matches);
}

const darkQuery = window.matchMedia("(prefers-color-scheme: dark)");

export function useDark(): boolean {
  const system = useMatch(darkQuery);
  const { theme } = useSettings();
  return theme === "system" ? system : theme === "dark";
}

/** The same width as in styles.css. */
const smallQuery = window.matchMedia("(max-width: 760px)");

/** A telephone or a narrow window: the menu lies over the page instead of beside it. */
export function useSmall(): boolean {
  return useMatch(smallQuery);
}
