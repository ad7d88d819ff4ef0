import { expect, it } from "vitest";
import { actions } from "./actions";
import { words } from "./words";

type Area = Record<string, Record<string, unknown>>;
const zh = import.meta.glob<Area>("./zh/*.ts", { eager: true });
const en = import.meta.glob<Area>("./en/*.ts", { eager: true });
const areas = (of: Record<string, Area>) =>
  Object.keys(of)
    .map((path) => path.slice(5))
    .sort();

it("has every area in both languages", () => {
  expect(areas(zh).length).toBeGreaterThan(4);
  expect(areas(en)).toEqual(areas(zh));
});

it.each(areas(zh))("%s says all in both languages", (area) => {
  const chinese = Object.values(zh[`./zh/${area}`] ?? {})[0] ?? {};
  const english = Object.values(en[`./en/${area}`] ?? {})[0] ?? {};
  expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
  for (const [key, text] of Object.entries(english)) {
    if (typeof text === "string") expect(text, key).not.toMatch(/[\u4e00-\u9fff]|^$/);
    expect(chinese[key], key).not.toBe("");
  }
});

const FULL_WIDTH = /[\u3000-\u303f\uff00-\uffef]/;
type Said = (...parts: string[]) => string;

/** Every text of a language by its name; those that take something are given a one. */
function* said(of: Record<string, Area>): Generator<[string, string]> {
  for (const [path, area] of Object.entries(of)) {
    for (const [key, text] of Object.entries(Object.values(area)[0] ?? {})) {
      const made = typeof text === "function" ? (text as Said)("1", "1", "1", "1") : text;
      if (typeof made === "string") yield [`${path} ${key}`, made];
    }
  }
}

it("has no Chinese punctuation in English", () => {
  const all = [
    ...said(en),
    ...Object.entries({ ...words, ...actions }).map(([word, { en }]) => [word, en] as const),
  ];
  expect(all.filter(([, text]) => FULL_WIDTH.test(text))).toEqual([]);
});

it("says one thing, not one things", () => {
  const wrong = /(?<!than )\b1 (?!is\b|was\b|has\b)[a-z]+s\b/;
  expect([...said(en)].filter(([, text]) => wrong.test(text))).toEqual([]);
});

it("puts texts together in the punctuation of the language that is read", () => {
  const sources = import.meta.glob<string>("../**/*.tsx", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const lines = Object.entries(sources).flatMap(([path, source]) =>
    source.split("\n").map((line) => `${path} ${line}`),
  );
  expect(lines.filter((l) => FULL_WIDTH.test(l) && !/zh:|\/\/|\* /.test(l))).toEqual([]);
});

it("has the hub's words", () => {
  expect(words["verify-failed"]).toEqual({ zh: "验证未通过", en: "verification failed" });
});
