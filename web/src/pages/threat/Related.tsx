// What stands around an indicator: drawn, with the same as a table for the keyboard and for those
// who cannot see the drawing. Each answer adds one hop; the library is fetched when this is shown.
import { Button, Select, Skeleton } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { CaseIndicator } from "../../api/shapes";
import { defang } from "../../base/defang";
import { useFormat } from "../../base/format";
import { useDark } from "../../base/settings";
import { ProblemView } from "../../parts/ProblemView";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import type { Drawing } from "./draw-graph";
import { askGraph, type Graph } from "./queries";
import { Section } from "./Section";
import { threatTexts } from "./texts";

const NOTHING: Graph = { nodes: [], edges: [], cuts: [] };

/** `domain:evil.example` and a hash alike: what could be opened by mistake is defanged. */
function named(value: string): string {
  return value.includes(".") ? defang(value) : value;
}

function merged(a: Graph, b: Graph): Graph {
  const nodes = new Map(a.nodes.map((n) => [n.node, n]));
  for (const n of b.nodes) if (!nodes.has(n.node)) nodes.set(n.node, n);
  const key = (e: Graph["edges"][number]) => `${e.from} ${e.kind} ${e.to}`;
  const edges = new Map(a.edges.map((e) => [key(e), e]));
  for (const e of b.edges) edges.set(key(e), e);
  return {
    nodes: [...nodes.values()],
    edges: [...edges.values()],
    cuts: [...a.cuts, ...b.cuts.filter((c) => !a.cuts.some((d) => d.text.zh === c.text.zh))],
  };
}

function useWalk(root: string) {
  const [graph, setGraph] = useState<Graph>();
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState<unknown>();
  const stop = useRef(new AbortController());
  const add = useCallback(async (from: string) => {
    const { signal } = stop.current;
    try {
      const more = await askGraph(from, 1, signal);
      setGraph((known) => merged(known ?? NOTHING, more));
      setExpanded((known) => new Set(known).add(from));
      setError(undefined);
    } catch (thrown) {
      if (!signal.aborted) setError(thrown);
    }
  }, []);
  useEffect(() => {
    stop.current = new AbortController();
    setGraph(undefined);
    setExpanded(new Set());
    void add(root);
    return () => stop.current.abort();
  }, [root, add]);
  return { graph, expanded, error, add };
}

interface PictureProps {
  graph: Graph;
  root: string;
  expand: (node: string) => void;
}

function Picture({ graph, root, expand }: PictureProps) {
  const text = useText();
  const word = useWord();
  const dark = useDark();
  const place = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<Drawing>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    let made: Drawing | undefined;
    let gone = false;
    import("./draw-graph").then(({ draw }) => {
      if (gone || !place.current) return;
      made = draw(place.current, dark, expand);
      setDrawing(made);
    }, setError);
    return () => {
      gone = true;
      made?.end();
      setDrawing(undefined);
    };
  }, [dark, expand]);
  useEffect(() => {
    drawing?.show(
      graph.nodes.map((n) => ({
        id: n.node,
        label: named(n.value),
        kind: word(n.kind),
        root: n.node === root,
        listed: n.blocked ?? false,
      })),
      graph.edges.map((e) => ({ from: e.from, to: e.to, label: text(e.label) })),
    );
  }, [drawing, graph, root, text, word]);
  return (
    <>
      {error !== undefined && <ProblemView error={error} />}
      <div ref={place} className="graph-place" aria-hidden="true" />
    </>
  );
}

function Nodes({
  graph,
  root,
  expanded,
  expand,
}: PictureProps & { expanded: ReadonlySet<string> }) {
  const t = useTexts(threatTexts);
  const mark = useMarks();
  const text = useText();
  const word = useWord();
  const value = useMemo(
    () => new Map(graph.nodes.map((n) => [n.node, named(n.value)])),
    [graph.nodes],
  );
  const linesOf = (node: string) => graph.edges.filter((e) => e.from === node || e.to === node);
  return (
    <details className="graph-table">
      <summary>{t.asTable}</summary>
      <div className="wide">
        <table className="case-table">
          <thead>
            <tr>
              <th scope="col">{t.kind}</th>
              <th scope="col">{t.value}</th>
              <th scope="col">{t.state}</th>
              <th scope="col">{t.relations}</th>
              <th scope="col">{t.expand}</th>
            </tr>
          </thead>
          <tbody>
            {graph.nodes.map((n) => (
              <tr key={n.node}>
                <td>{word(n.kind)}</td>
                <td>
                  <code dir="ltr">{named(n.value)}</code>
                </td>
                <td>
                  {[n.node === root && t.center, n.blocked && t.onList]
                    .filter(Boolean)
                    .join(mark.words)}
                </td>
                <td>
                  {linesOf(n.node).map((e) => (
                    <div key={`${e.from} ${e.kind} ${e.to}`}>
                      {value.get(e.from)} —{text(e.label)}→ {value.get(e.to)}{" "}
                      <small>
                        {e.computed
                          ? t.computed
                          : [...new Set(e.sources.map((s) => s.source))].join(mark.words)}
                      </small>
                    </div>
                  ))}
                </td>
                <td>
                  <Button
                    size="small"
                    disabled={expanded.has(n.node)}
                    aria-label={t.expandNode(named(n.value))}
                    onClick={() => expand(n.node)}
                  >
                    {t.expand}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
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
          <Picture graph={graph} root={root} expand={add} />
          <Nodes graph={graph} root={root} expanded={expanded} expand={add} />
        </>
      )}
    </>
  );
}

export function Related({ indicators }: { indicators: CaseIndicator[] }) {
  const t = useTexts(threatTexts);
  const options = indicators.map((i) => ({
    value: `${i.kind}:${i.value}`,
    label: named(i.value ?? ""),
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
