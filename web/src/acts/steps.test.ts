import { expect, it } from "vitest";
import openapi from "../../openapi.json";
import { words } from "../texts/words";
import { actionsOf, inOrder, titlesOf } from "./steps";
import { byHand, ofImport } from "./submissions";

const step = (to: string, by?: string) => ({ to, article: "9", requirement: "W17-25", by });
const document = openapi as unknown as { paths: Record<string, { post?: unknown }> };

/** Members that the hub reads from the body of a route. */
function members(path: string): string[] {
  const post = JSON.stringify(document.paths[path]?.post ?? {});
  const schema = JSON.parse(post).requestBody?.content["application/json"].schema;
  return Object.keys(schema?.properties ?? {});
}

it.each([
  [
    "T-2026-000001",
    [
      "closed-self",
      "identifying",
      "identified",
      "not-confirmed",
      "reviewing",
      "returned",
      "merged",
    ],
  ],
  [
    "T-2026-000001-1",
    [
      "notified",
      "phone-notified",
      "withdrawn",
      "disposing",
      "fed-back",
      "verifying",
      "lifted",
      "breach",
    ],
  ],
  [
    "A-2026-000001",
    ["accepted", "inadmissible", "checking", "upheld", "partly-upheld", "dismissed", "answered"],
  ],
])("every form of %s is a route, and every field of it is read there", (number, steps) => {
  for (const to of steps) {
    const actions = actionsOf(number, step(to));
    expect(actions.length, to).toBeGreaterThan(0);
    for (const action of actions) {
      const route = action.path.replace(number, "{id}");
      expect(document.paths[route]?.post, route).toBeDefined();
      for (const name of [
        ...action.fields.map((f) => f.name),
        ...Object.keys(action.fixed ?? {}),
      ]) {
        expect(members(route), `${route} ${name}`).toContain(name);
      }
    }
  }
});

it("what no probe can see is verified by document (W17-25)", () => {
  const path = (by?: string) => actionsOf("T-2026-000001-1", step("verified", by))[0]?.path;
  expect(path()).toMatch(/\/probe$/);
  expect(path("document")).toMatch(/\/verification$/);
});

it("what goes on stands before what refuses", () => {
  const offered = ["not-confirmed", "inadmissible", "identified", "accepted"].map((to) => step(to));
  expect(inOrder(offered).map((s) => s.to)).toEqual([
    "identified",
    "accepted",
    "not-confirmed",
    "inadmissible",
  ]);
});

it("a relapse is reopened by its own id", () => {
  expect(actionsOf("T-2026-000001", step("reopened"), "rel_1")[0]?.path).toBe(
    "/api/v1/relapses/rel_1/reopen",
  );
  expect(actionsOf("T-2026-000001", step("reopened"))).toEqual([]);
});

it.each([
  ["/api/v1/threats", byHand],
  ["/api/v1/imports/{id}/submission", ofImport("imp-1")],
])("what is submitted by %s is read there", (route, action) => {
  expect(action.path.replace("imp-1", "{id}")).toBe(route);
  for (const field of action.fields) expect(members(route), field.name).toContain(field.name);
});

it("a returned case is corrected from what was said, in members that the hub reads", () => {
  const threat = {
    title: "a shop",
    class: "malicious-resource" as const,
    subtype: "phishing-site",
    tlp: "green" as const,
    certainty: "possible" as const,
    target_is_cii: true,
    indicators: [{ kind: "domain" as const, value: "shop.example" }],
    provinces: ["51"],
  };
  expect(actionsOf("T-2026-000001", step("submitted"))).toEqual([]);
  const [action] = actionsOf("T-2026-000001", step("submitted"), undefined, threat);
  const read = members("/api/v1/threats/{id}/resubmission");
  const sent = [...(action?.fields.map((f) => f.name) ?? []), ...Object.keys(action?.fixed ?? {})];
  expect(sent.filter((name) => !read.includes(name))).toEqual([]);
  const initial = Object.fromEntries(action?.fields.map((f) => [f.name, f.initial]) ?? []);
  expect(initial).toMatchObject({
    title: "a shop",
    subtype: "phishing-site",
    indicators: ["domain:shop.example"],
    provinces: ["51"],
    certainty: "possible",
    tlp: "green",
  });
  expect(action?.fixed).toEqual({ target_is_cii: true });
});

it.each([
  ["T-2026-000001", "self-disposing submitted approved rejected closed reopened archived purged"],
  ["T-2026-000001-1", "verify-failed lift-ordered notified breach"],
  ["A-2026-000001", "inadmissible answered"],
])("every step of %s is named by what is done, not by the state after it", (number, steps) => {
  for (const to of steps.split(" ")) {
    const titles = titlesOf(number, step(to));
    expect(titles.length, to).toBeGreaterThan(0);
    expect(titles.map((t) => t.en)).not.toContain(words[to]?.en);
  }
});
