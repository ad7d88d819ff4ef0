// Where nodes stand: a column for each hop, one below the other.

export interface Placed<N> {
  node: N;
  x: number;
  y: number;
}

export const BOX = { width: 230, height: 40, across: 340, down: 56, edge: 12 };

export function layout<N extends { node: string; hop: number }>(
  nodes: N[],
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
  const rows = Math.max(1, ...[...filled].map((n) => n ?? 0));
  return {
    placed,
    width: 2 * BOX.edge + (columns - 1) * BOX.across + BOX.width,
    height: 2 * BOX.edge + (rows - 1) * BOX.down + BOX.height,
  };
}
