// Relations as a picture; a table beside it says the same, and has the buttons.
import { ExpandOutlined, ZoomInOutlined, ZoomOutOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useId } from "react";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { partsTexts } from "../texts";
import { BOX, layout, route } from "./layout";
import { bundles, type Node, type Relations, safe } from "./relations";
import { useZoom } from "./zoom";

const MOST = 150;
const LETTERS = 30;

function short(text: string): string {
  return text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text;
}

interface Props {
  of: Relations;
  /** A value was chosen. */
  pick: (node: string) => void;
}

export function Picture(props: Props) {
  const t = useTexts(partsTexts);
  if (props.of.nodes.length > MOST) return <p>{t.tooLarge(String(MOST))}</p>;
  return <Drawing {...props} />;
}

function Drawing({ of: { nodes, edges }, pick }: Props) {
  const t = useTexts(partsTexts);
  const text = useText();
  const mark = useMarks();
  const word = useWord();
  // React's ids have colons, which a reference in a style cannot.
  const arrow = `arrow${useId().replace(/\W/g, "")}`;
  const { placed, width, height } = layout(nodes, edges);
  const { frame, scale, larger, smaller, fit, pull } = useZoom(width);
  const all = bundles(edges);
  const lines = all.flatMap(({ from, to, edges }) => {
    const a = placed.get(from);
    const b = placed.get(to);
    if (!a || !b || a === b) return [];
    const back = all.some((other) => other.from === to && other.to === from);
    const label = edges.map((e) => text(e.label)).join(mark.words);
    const computed = edges.every((e) => e.computed);
    return [{ key: `${from} ${to}`, line: route(a, b, back), label, computed }];
  });
  const look = (n: Node) =>
    [n.hop === 0 && "start", n.blocked && "blocked"].filter(Boolean).join(" ");
  return (
    <div className="graph-frame">
      <div className="graph-zoom">
        <small>{t.zoomHint}</small>
        <Button size="small" icon={<ZoomInOutlined />} aria-label={t.larger} onClick={larger} />
        <Button size="small" icon={<ZoomOutOutlined />} aria-label={t.smaller} onClick={smaller} />
        <Button size="small" icon={<ExpandOutlined />} aria-label={t.fit} onClick={fit} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <div className="graph" ref={frame} tabIndex={0} {...pull}>
        <svg
          width={width * scale}
          height={height * scale}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={t.relationsPicture}
        >
          <title>{t.relationsPicture}</title>
          <marker
            id={arrow}
            viewBox="0 0 8 8"
            refX="8"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8z" />
          </marker>
          {lines.map(({ key, line, computed }) => (
            <path
              key={key}
              className="graph-line"
              d={line.path}
              markerEnd={`url(#${arrow})`}
              strokeDasharray={computed ? "4 3" : undefined}
            />
          ))}
          {lines.map(({ key, line, label }) => (
            <text
              key={key}
              className="graph-label"
              x={line.label.x}
              y={line.label.y + 4}
              textAnchor={line.label.anchor}
            >
              {label}
            </text>
          ))}
          {[...placed.values()].map(({ node, x, y }) => (
            // biome-ignore lint/a11y/noStaticElementInteractions: the table has the buttons
            <g key={node.node} className={look(node)} onClick={() => pick(node.node)}>
              <title>{safe(node.node)}</title>
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
    </div>
  );
}
