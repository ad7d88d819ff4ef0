// Texts of an area in both languages, and the hub's own words.
import { useCallback } from "react";
import type { Text } from "../api/shapes";
import { makeFormat } from "../base/format";
import { LAW_ZONE, type Language, useSettings } from "../base/settings";
import { provinceNames } from "./provinces";
import { words } from "./words";

/** The same keys with texts of another language; a missing or a surplus one is a type error. */
export type Same<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => string ? (...args: A) => string : string;
};

export function useTexts<T>(both: { zh: T; en: Same<T> }): Same<T> {
  const { language } = useSettings();
  return (language === "zh" ? both.zh : both.en) as Same<T>;
}

/** A text of an area in both languages, for what outlives the page that says it. */
export function both<T>(
  texts: { zh: T; en: Same<T> },
  say: (t: Same<T>, number: (n: number) => string) => string,
): Text {
  return {
    zh: say(texts.zh as Same<T>, makeFormat("zh", LAW_ZONE).number),
    en: say(texts.en, makeFormat("en", LAW_ZONE).number),
  };
}

/** Chinese or English of a bilingual text of the hub. */
export function useText(): (text: Partial<Text> | undefined) => string {
  const { language } = useSettings();
  return useCallback(
    (text) => (language === "zh" ? text?.zh || text?.en : text?.en || text?.zh) ?? "",
    [language],
  );
}

/** How people read a state, class, clock, role or kind; the word itself when it has no label. */
export function useWord(): (word: string | undefined) => string {
  const text = useText();
  return useCallback((word) => (word ? text(words[word] ?? { zh: word, en: word }) : ""), [text]);
}

/** What stands between words, clauses, a name and its value, sentences, and around an aside. */
const MARKS = {
  zh: { words: "、", clauses: "；", says: "：", stop: "。", open: "（", close: "）" },
  en: { words: ", ", clauses: "; ", says: ": ", stop: ". ", open: " (", close: ")" },
} satisfies Record<Language, unknown>;

/** Texts are put together in the punctuation of the language that is read. */
export function useMarks(): (typeof MARKS)["zh"] {
  return MARKS[useSettings().language];
}

/** Regions as people read them, each with its code: `四川 51、重庆 50`. */
export function useProvinces(): (codes: string[] | undefined) => string {
  const text = useText();
  const mark = useMarks();
  return useCallback(
    (codes) =>
      (codes ?? []).map((code) => `${text(provinceNames[code])} ${code}`.trim()).join(mark.words),
    [text, mark],
  );
}
