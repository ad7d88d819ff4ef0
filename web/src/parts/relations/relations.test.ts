import { describe, expect, it } from "vitest";
import { layout, route } from "./layout";
import { bundles, type Edge, joined, type Node, type Relations } from "./relations";
import { scrolled, within } from "./zoom";

const node = (name: string, hop: number): Node => ({
  node: name,
  kind: "domain",
  value: name,
  hop,
  degree: 1,
  crowd: false,
});
const edge = (from: string, to: string, kind = "resolves-to"): Edge => ({
  from,
  to,
  kind,
  label: { zh: kind, en: kind },
  computed: false,
});

it("places nodes by hop without overlap", () => {
  const { placed } = layout([node("a", 0), node("b", 1), node("c", 1)]);
  const spots = [...placed.values()].map((p) => `${p.x},${p.y}`);
  expect(new Set(spots).size).toBe(3);
  const nodes = [node("a", 0), node("b", 1), node("c", 1)];
  const room = (edges: Edge[]) => layout(nodes, edges).width;
  expect(room([edge("a", "b")])).toBeLessThan(room([edge("b", "c")]));
});

it("draws a line from where a relation begins to where it ends, on either side", () => {
  const { placed } = layout([node("a", 0), node("b", 1), node("c", 1)]);
  const [a, b, c] = ["a", "b", "c"].map((n) => placed.get(n) ?? { x: 0, y: 0 });
  if (!a || !b || !c) throw new Error("not placed");
  expect(route(a, b, false).path).toBe("M242 32L392 32");
  expect(route(b, a, false).path).toBe("M392 32L242 32");
  expect(route(b, c, false).path).toMatch(/^M622 32C.* 622 88$/);
  // Two that lead there and back do not write over each other.
  expect(route(a, b, true).label.x).not.toBe(route(b, a, true).label.x);
});

it("draws relations of the same two values as one line for each direction", () => {
  const all = bundles([edge("a", "b"), edge("a", "b", "downloads"), edge("b", "a")]);
  expect(all.map((one) => [one.from, one.to, one.edges.length])).toEqual([
    ["a", "b", 2],
    ["b", "a", 1],
  ]);
});

it("counts hops from the root, whatever was asked about last", () => {
  const first: Relations = {
    nodes: [node("a", 0), node("b", 1)],
    edges: [edge("a", "b")],
    cuts: [],
  };
  const more: Relations = {
    nodes: [node("b", 0), node("c", 1), node("a", 1)],
    edges: [edge("c", "b"), edge("a", "b")],
    cuts: [],
  };
  const { nodes, edges } = joined("a", first, more);
  expect(nodes.map((n) => [n.node, n.hop])).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 2],
  ]);
  expect(edges.length).toBe(2);
});

describe("a drawing is zoomed", () => {
  it("within bounds", () => {
    expect([within(0.01), within(1.5), within(99)]).toEqual([0.2, 1.5, 4]);
  });
  it("around what one looks at", () => {
    // The point 300, 200 of the drawing lies at 100, 50 of the frame, before and after.
    const now = scrolled({ x: 200, y: 150 }, { x: 100, y: 50 }, 2);
    expect(now).toEqual({ x: 500, y: 350 });
    expect((now.x + 100) / 2).toBe(300);
    expect((now.y + 50) / 2).toBe(200);
  });
});
