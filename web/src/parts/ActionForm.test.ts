import { beforeAll, expect, it, vi } from "vitest";
import { actionsOf } from "../acts/steps";

beforeAll(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {} }));
});

const step = (to: string) => ({ to, article: "7", requirement: "W17-11" });

it.each([
  ["identified", "proposals[0].limit", "Proposals 1 Time limit"],
  ["identified", "evidence[1].content", "Evidence 2 Content"],
  ["identified", "proposals", "Proposals"],
  ["identified", "proposals[2]", "Proposals 3"],
  ["identifying", "body", "Expert body"],
  ["identifying", "bodyguard", ""],
  ["identifying", "state", ""],
])("the form of %s calls %s by its label", async (to, place, said) => {
  const { placeIn } = await import("./ActionForm");
  const fields = actionsOf("T-2026-000001", step(to))[0]?.fields ?? [];
  expect(placeIn(fields, place, (text) => text.en)).toBe(said);
});
