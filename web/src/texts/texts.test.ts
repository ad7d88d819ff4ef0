import { expect, it } from "vitest";
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

it("has the hub's words", () => {
  expect(words["verify-failed"]).toEqual({ zh: "验证未通过", en: "verification failed" });
});
