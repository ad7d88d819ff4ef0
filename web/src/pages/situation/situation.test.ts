import { expect, it } from "vitest";
import { valuesOf, verdict } from "../lookup/values";
import { rowsAt } from "./ask";
import { provinces, shade } from "./provinces";

it("has a place of its own for each of the 34 regions", () => {
  expect(new Set(provinces.map((p) => p.code)).size).toBe(34);
  expect(new Set(provinces.map((p) => `${p.column},${p.row}`)).size).toBe(34);
});

it("shades by equal shares of the largest, and nothing not at all", () => {
  expect([0, 1, 25, 26, 100].map((n) => shade(n, 100))).toEqual([0, 1, 1, 2, 4]);
});

it("opens cases in their own table", () => {
  expect(rowsAt({ in: "cases", query: "class:malware" })).toBe("/threats?q=class%3Amalware");
  expect(rowsAt({ in: "tasks", query: "a b" })).toBe("/rows?in=tasks&q=a+b");
});

it("reads what was pasted", () => {
  expect(valuesOf(" a.example \r\n\n# note\nb.example")).toEqual(["a.example", "b.example"]);
  expect(verdict({ error: "no", known: true })).toBe("wrong");
  expect(verdict({ known: true, blocked: true })).toBe("blocked");
  expect(verdict({})).toBe("unknown");
  expect(verdict({ known: true, sources: [] })).toBe("known");
  expect(verdict({ known: true, sources: [{ stands: false }, { stands: true }] })).toBe("known");
  expect(verdict({ known: true, sources: [{ stands: false }] })).toBe("withdrawn");
});
