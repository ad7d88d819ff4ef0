// Nodes, relations, parties and cuts, as tables.
import { Button } from "antd";
import { createSearchParams, Link } from "react-router";
import { Indicator } from "../../parts/Indicator";
import { lookup as en } from "../../texts/en/lookup";
import { useText, useTexts, useWord } from "../../texts/use";
import { lookup as zh } from "../../texts/zh/lookup";
import { type Cut, type Edge, type Node, type Party, safe } from "./relations";

export function Nodes({ nodes, start }: { nodes: Node[]; start: (from: string) => void }) {
  const t = useTexts({ zh, en });
  return (
    <section aria-label={t.nodes}>
      <h2>{t.nodes}</h2>
      <table className="duties">
        <thead>
          <tr>
            <th scope="col">{t.hop}</th>
            <th scope="col">{t.node}</th>
            <th scope="col">{t.degree}</th>
            <th scope="col">{t.result}</th>
            <th scope="col">{t.cases}</th>
            <th scope="col">{t.what}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((n) => (
            <tr key={n.node}>
              <td>{n.hop}</td>
              <td className="duty-title">
                <Indicator kind={n.kind} value={n.value} />
              </td>
              <td>{n.degree}</td>
              <td>{n.blocked ? t.blocked : ""}</td>
              <td>
                {(n.cases ?? []).map((c) => (
                  <span key={c.number} className="step">
                    <Link to={`/threats?${createSearchParams({ q: c.number })}`}>{c.number}</Link>
                  </span>
                ))}
              </td>
              <td>
                <Button
                  size="small"
                  aria-label={t.center(safe(n.node))}
                  onClick={() => start(n.node)}
                >
                  {t.walk}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function Edges({ edges }: { edges: Edge[] }) {
  const t = useTexts({ zh, en });
  const text = useText();
  return (
    <section aria-label={t.edges}>
      <h2>{t.edges}</h2>
      <table className="duties">
        <thead>
          <tr>
            <th scope="col">{t.from}</th>
            <th scope="col">{t.relation}</th>
            <th scope="col">{t.to}</th>
            <th scope="col">{t.saidBy}</th>
          </tr>
        </thead>
        <tbody>
          {edges.map((e) => (
            <tr key={`${e.from} ${e.kind} ${e.to}`}>
              <td className="duty-title">
                <code>{safe(e.from)}</code>
              </td>
              <td>{text(e.label)}</td>
              <td className="duty-title">
                <code>{safe(e.to)}</code>
              </td>
              <td>{e.computed ? t.computed : (e.sources ?? []).map((s) => s.source).join("、")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function Parties({ parties }: { parties: Party[] }) {
  const t = useTexts({ zh, en });
  const word = useWord();
  return (
    <section aria-label={t.beneficiaries}>
      <h2>{t.beneficiaries}</h2>
      <table className="duties">
        <thead>
          <tr>
            <th scope="col">{t.node}</th>
            <th scope="col">{t.roles}</th>
            <th scope="col">{t.beneficiary}</th>
            <th scope="col">{t.hop}</th>
          </tr>
        </thead>
        <tbody>
          {parties.map((p) => (
            <tr key={p.node}>
              <td className="duty-title">
                <Indicator kind={p.kind} value={p.value} />
              </td>
              <td>{p.roles.map(word).join("、")}</td>
              <td>{p.beneficiary ? t.yes : ""}</td>
              <td>{p.hop}</td>
            </tr>
          ))}
        </tbody>
      </table>
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
