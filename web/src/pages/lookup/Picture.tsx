// The relations as a picture; the tables below say the same.

import { lookup as en } from "../../texts/en/lookup";
import { useText, useTexts, useWord } from "../../texts/use";
import { lookup as zh } from "../../texts/zh/lookup";
import { BOX, layout } from "./layout";
import { type Found, type Node, safe } from "./relations";

const MOST = 120;
const LETTERS = 30;

function short(text: string): string {
  return text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text;
}

export function Picture({ found, start }: { found: Found; start: (from: string) => void }) {
  const t = useTexts({ zh, en });
  const text = useText();
  const word = useWord();
  const { nodes, edges } = found;
  if (nodes.length > MOST) return <p>{t.tooLarge(String(MOST))}</p>;
  const { placed, width, height } = layout(nodes);
  const middle = BOX.height / 2;
  const look = (n: Node) =>
    [n.hop === 0 && "start", n.blocked && "blocked"].filter(Boolean).join(" ");
  return (
    <div className="graph">
      <svg width={width} height={height} role="img" aria-label={t.picture}>
        <title>{t.picture}</title>
        {edges.map((e) => {
          const a = placed.get(e.from);
          const b = placed.get(e.to);
          if (!a || !b) return null;
          const [left, right] = a.x <= b.x ? [a, b] : [b, a];
          const same = left.x === right.x;
          const x1 = left.x + BOX.width;
          const x2 = same ? right.x + BOX.width : right.x;
          const y1 = left.y + middle;
          const y2 = right.y + middle;
          return (
            <g key={`${e.from} ${e.kind} ${e.to}`}>
              <line
                x1={x1}
                y1={y1}
                x2={x2}
                y2={y2}
                strokeDasharray={e.computed ? "4 3" : undefined}
              />
              <text className="soft" x={(x1 + x2) / 2} y={(y1 + y2) / 2 - 4} textAnchor="middle">
                {text(e.label)}
              </text>
            </g>
          );
        })}
        {[...placed.values()].map(({ node, x, y }) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the table below has the buttons
          <g key={node.node} className={look(node)} onClick={() => start(node.node)}>
            <rect x={x} y={y} width={BOX.width} height={BOX.height} rx={4} />
            <text className="soft" x={x + 8} y={y + 15}>
              {word(node.kind)}
              {node.blocked ? ` · ${t.blocked}` : ""}
            </text>
            <text x={x + 8} y={y + 32}>
              {short(safe(node.node))}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}
