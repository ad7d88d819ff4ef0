// Values and what relates them, as the graph routes answer.
import type { Text } from "../../api/shapes";
import { shown } from "../../base/defang";

export interface Node {
  node: string;
  kind: string;
  value: string;
  hop: number;
  degree: number;
  crowd: boolean;
  blocked?: boolean;
  cases?: { number: string; state: string }[];
}
export interface Edge {
  kind: string;
  label: Text;
  from: string;
  to: string;
  computed: boolean;
  sources?: { source: string; last_seen: string }[];
}
export interface Cut {
  node: string;
  text: Text;
}
export interface Relations {
  nodes: Node[];
  edges: Edge[];
  cuts: Cut[];
}

/** `domain:evil[.]example` as people read it. */
export function safe(key: string): string {
  const colon = key.indexOf(":");
  return shown(key.slice(0, colon), key.slice(colon + 1));
}

/** The relations that lead from one value to another, which are drawn as one line. */
export interface Bundle {
  from: string;
  to: string;
  edges: Edge[];
}

export function bundles(edges: Edge[]): Bundle[] {
  const out = new Map<string, Bundle>();
  for (const edge of edges) {
    const { from, to } = edge;
    const key = `${from} ${to}`;
    const one = out.get(key) ?? { from, to, edges: [] };
    one.edges.push(edge);
    out.set(key, one);
  }
  return [...out.values()];
}

const keyOf = (e: Edge) => `${e.from} ${e.kind} ${e.to}`;

/** What is known and what was found besides, by hops from the root. */
export function joined(root: string, known: Relations, more: Relations): Relations {
  const nodes = new Map([...more.nodes, ...known.nodes].map((n) => [n.node, n]));
  const edges = new Map([...known.edges, ...more.edges].map((e) => [keyOf(e), e]));
  const cuts = new Map([...known.cuts, ...more.cuts].map((c) => [c.text.zh, c]));
  const hops = new Map([[root, 0]]);
  for (const [at, hop] of hops) {
    for (const { from, to } of edges.values()) {
      const other = from === at ? to : to === at ? from : undefined;
      if (other !== undefined && !hops.has(other)) hops.set(other, hop + 1);
    }
  }
  const placed = [...nodes.values()].map((n) => ({ ...n, hop: hops.get(n.node) ?? n.hop }));
  return {
    nodes: placed.sort((a, b) => a.hop - b.hop),
    edges: [...edges.values()],
    cuts: [...cuts.values()],
  };
}
