import { expect, it } from "vitest";
import { pages } from "./pages";

it("no two pages have the same letter after g, or the same address", () => {
  const letters = pages.flatMap((p) => p.key ?? []);
  expect(letters.filter((key, i) => letters.indexOf(key) < i)).toEqual([]);
  const paths = pages.map((p) => p.path);
  expect(new Set(paths).size).toBe(paths.length);
});
