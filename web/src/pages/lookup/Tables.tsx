// Nodes, relations, parties and cuts, as tables.
import { Button } from "antd";
import { createSearchParams, Link } from "react-router";
import { type Cut, type Edge, type Node, safe } from "../../parts/relations/relations";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { lookup as en } from "../../texts/en/lookup";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { lookup as zh } from "../../texts/zh/lookup";

export interface Party {
  node: string;
  kind: string;
  value: string;
  roles: string[];
  beneficiary: boolean;
  hop: number;
}

export function Nodes({ nodes, start }: { nodes: Node[]; start: (from: string) => void }) {
  const t = useTexts({ zh, en });
  const cells = useCells();
  return (
    <section className="panel" aria-label={t.nodes}>
      <h2>{t.nodes}</h2>
      <Few
        title={t.nodes}
        heads={[t.hop, t.node, t.degree, t.result, t.cases, t.what]}
        rows={nodes.map((n) => [
          n.hop,
          cells.indicator(n.kind, n.value),
          n.degree,
          n.blocked ? t.blocked : "",
          cells.as(
            n.cases?.[0]?.number,
            (n.cases ?? []).map((c) => (
              <span key={c.number} className="step">
                <Link to={`/threats?${createSearchParams({ q: c.number })}`}>{c.number}</Link>
              </span>
            )),
          ),
          <Button
            key="walk"
            size="small"
            aria-label={t.center(safe(n.node))}
            onClick={() => start(n.node)}
          >
            {t.walk}
          </Button>,
        ])}
      />
    </section>
  );
}

export function Edges({ edges }: { edges: Edge[] }) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const cells = useCells();
  const text = useText();
  return (
    <section className="panel" aria-label={t.edges}>
      <h2>{t.edges}</h2>
      <Few
        title={t.edges}
        heads={[t.from, t.relation, t.to, t.saidBy]}
        rows={edges.map((e) => [
          cells.code(safe(e.from)),
          text(e.label),
          cells.code(safe(e.to)),
          e.computed ? t.computed : (e.sources ?? []).map((s) => s.source).join(mark.words),
        ])}
      />
    </section>
  );
}

export function Parties({ parties }: { parties: Party[] }) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const cells = useCells();
  const word = useWord();
  return (
    <section className="panel" aria-label={t.beneficiaries}>
      <h2>{t.beneficiaries}</h2>
      <Few
        title={t.beneficiaries}
        heads={[t.node, t.roles, t.beneficiary, t.hop]}
        rows={parties.map((p) => [
          cells.indicator(p.kind, p.value),
          p.roles.map(word).join(mark.words),
          p.beneficiary ? t.yes : "",
          p.hop,
        ])}
      />
    </section>
  );
}

export function Cuts({ cuts }: { cuts: Cut[] }) {
  const t = useTexts({ zh, en });
  const text = useText();
  return (
    <section aria-label={t.cuts}>
      <h2>{t.cuts}</h2>
      <ul>
        {cuts.map((c) => (
          <li key={`${c.node} ${c.text.en}`}>{text(c.text)}</li>
        ))}
      </ul>
    </section>
  );
}
