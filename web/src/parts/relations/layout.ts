// Where nodes and lines stand: a column for each hop, its nodes one below the other.

export interface Placed<N> {
  node: N;
  x: number;
  y: number;
}

export const BOX = { width: 230, height: 40, across: 380, down: 56, edge: 12 };
/** How far a line between two nodes of one column bows out, and the room for its label. */
const BOW = 60;
const ASIDE = 160;

export function layout<N extends { node: string; hop: number }>(
  nodes: N[],
  edges: { from: string; to: string }[] = [],
): { placed: Map<string, Placed<N>>; width: number; height: number } {
  const filled: number[] = [];
  const placed = new Map<string, Placed<N>>();
  for (const node of nodes) {
    const row = filled[node.hop] ?? 0;
    filled[node.hop] = row + 1;
    placed.set(node.node, {
      node,
      x: BOX.edge + node.hop * BOX.across,
      y: BOX.edge + row * BOX.down,
    });
  }
  const columns = Math.max(1, ...nodes.map((n) => n.hop + 1));
  const inLast = (name: string) => placed.get(name)?.node.hop === columns - 1;
  const aside = edges.some((e) => inLast(e.from) && inLast(e.to)) ? ASIDE : 0;
  const rows = Math.max(1, ...[...filled].map((n) => n ?? 0));
  return {
    placed,
    width: 2 * BOX.edge + (columns - 1) * BOX.across + BOX.width + aside,
    height: 2 * BOX.edge + (rows - 1) * BOX.down + BOX.height,
  };
}

interface Spot {
  x: number;
  y: number;
}

export interface Line {
  /** As the `d` of a path, from the first box to the second. */
  path: string;
  label: Spot & { anchor: "middle" | "start" };
}

/**
 * The line from one box to another. Its label stands in the middle, or, where another line leads back,
 * nearer to where it begins.
 */
export function route(from: Spot, to: Spot, andBack: boolean): Line {
  const y1 = from.y + BOX.height / 2;
  const y2 = to.y + BOX.height / 2;
  const share = andBack ? 0.3 : 0.5;
  const y = y1 + (y2 - y1) * share;
  if (from.x === to.x) {
    const x = from.x + BOX.width;
    return {
      path: `M${x} ${y1}C${x + BOW} ${y1} ${x + BOW} ${y2} ${x} ${y2}`,
      label: { x: x + BOW / 2, y, anchor: "start" },
    };
  }
  const right = from.x < to.x;
  const x1 = right ? from.x + BOX.width : from.x;
  const x2 = right ? to.x : to.x + BOX.width;
  return {
    path: `M${x1} ${y1}L${x2} ${y2}`,
    label: { x: x1 + (x2 - x1) * share, y, anchor: "middle" },
  };
}
