// What stands around an indicator: drawn, with the same as a table for the keyboard and for those
// who cannot see the drawing. Each answer adds one hop.
import { Button, Select, Skeleton } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import type { CaseIndicator } from "../../api/shapes";
import { shown } from "../../base/defang";
import { useFormat } from "../../base/format";
import { ProblemView } from "../../parts/ProblemView";
import { Picture } from "../../parts/relations/Picture";
import { type Edge, joined, type Relations, safe } from "../../parts/relations/relations";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { askGraph } from "./queries";
import { Section } from "./Section";
import { threatTexts } from "./texts";

const NOTHING: Relations = { nodes: [], edges: [], cuts: [] };

function useWalk(root: string) {
  const [graph, setGraph] = useState<Relations>();
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState<unknown>();
  const stop = useRef(new AbortController());
  const add = useCallback(
    async (from: string) => {
      const { signal } = stop.current;
      try {
        const more = await askGraph(from, 1, signal);
        setGraph((known) => joined(root, known ?? NOTHING, more));
        setExpanded((known) => new Set(known).add(from));
        setError(undefined);
      } catch (thrown) {
        if (!signal.aborted) setError(thrown);
      }
    },
    [root],
  );
  useEffect(() => {
    stop.current = new AbortController();
    setGraph(undefined);
    setExpanded(new Set());
    void add(root);
    return () => stop.current.abort();
  }, [root, add]);
  return { graph, expanded, error, add };
}

interface NodesProps {
  of: Relations;
  root: string;
  expanded: ReadonlySet<string>;
  expand: (node: string) => void;
}

function Nodes({ of: { nodes, edges }, root, expanded, expand }: NodesProps) {
  const t = useTexts(threatTexts);
  const mark = useMarks();
  const text = useText();
  const word = useWord();
  const cells = useCells();
  const said = (e: Edge) => `${safe(e.from)} —${text(e.label)}→ ${safe(e.to)}`;
  return (
    <details>
      <summary>{t.asTable}</summary>
      <Few
        title={t.related}
        heads={[t.kind, t.value, t.state, t.relations, t.expand]}
        rows={nodes.map((n) => {
          const lines = edges.filter((e) => e.from === n.node || e.to === n.node);
          return [
            word(n.kind),
            cells.code(safe(n.node)),
            [n.node === root && t.center, n.blocked && t.onList].filter(Boolean).join(mark.words),
            cells.as(
              lines.map(said).join(mark.clauses),
              lines.map((e) => (
                <div key={`${e.from} ${e.kind} ${e.to}`}>
                  {said(e)}{" "}
                  <small>
                    {e.computed
                      ? t.computed
                      : [...new Set(e.sources?.map((s) => s.source))].join(mark.words)}
                  </small>
                </div>
              )),
            ),
            <Button
              key="expand"
              size="small"
              disabled={expanded.has(n.node)}
              aria-label={t.expandNode(safe(n.node))}
              onClick={() => expand(n.node)}
            >
              {t.expand}
            </Button>,
          ];
        })}
      />
    </details>
  );
}

function Walk({ root }: { root: string }) {
  const t = useTexts(threatTexts);
  const text = useText();
  const format = useFormat();
  const { graph, expanded, error, add } = useWalk(root);
  return (
    <>
      {error !== undefined && <ProblemView error={error} retry={() => void add(root)} />}
      {!graph && error === undefined && <Skeleton active title={false} />}
      {graph && graph.edges.length === 0 && <p className="case-hint">{t.noRelations}</p>}
      {graph && graph.edges.length > 0 && (
        <>
          <p role="status">
            {t.graphOf(format.number(graph.nodes.length), format.number(graph.edges.length))}
          </p>
          {graph.cuts.map((c) => (
            <p key={c.text.zh} className="case-hint">
              {text(c.text)}
            </p>
          ))}
          <Picture of={graph} pick={add} />
          <Nodes of={graph} root={root} expanded={expanded} expand={add} />
        </>
      )}
    </>
  );
}

export function Related({ indicators }: { indicators: CaseIndicator[] }) {
  const t = useTexts(threatTexts);
  const options = indicators.map((i) => ({
    value: `${i.kind}:${i.value}`,
    label: shown(i.kind ?? "", i.value ?? ""),
  }));
  const [root, setRoot] = useState(options[0]?.value);
  return (
    <Section
      id="related"
      title={t.related}
      hint={t.relatedHint}
      extra={
        options.length > 1 && (
          <Select
            size="small"
            aria-label={t.startAt}
            className="graph-start"
            value={root}
            options={options}
            onChange={setRoot}
          />
        )
      }
    >
      {root && <Walk key={root} root={root} />}
    </Section>
  );
}
