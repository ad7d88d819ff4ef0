// What a probe asked a resolver and what came back, as it was recorded; nothing is asked again.
import { defang } from "../../base/defang";
import { useFormat } from "../../base/format";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { threatTexts } from "./texts";

interface Query {
  role?: string;
  name?: string;
  type?: string;
  server?: string;
  took_us?: number;
  kind?: string;
  rcode?: string;
  ede_text?: string;
  policy_zone?: string;
  problem?: string;
}

interface Transcript {
  verdict?: string;
  reason?: { zh: string; en: string };
  started_at?: string;
  transcript?: Query[];
}

export function Probe({ probe }: { probe: unknown }) {
  const t = useTexts(threatTexts);
  const mark = useMarks();
  const text = useText();
  const word = useWord();
  const format = useFormat();
  const one = probe as Transcript;
  return (
    <div className="probe">
      <p>
        <strong>
          {t.verdict}
          {mark.says}
          {word(one.verdict)}
        </strong>{" "}
        {text(one.reason)} <small>{format.dateTime(one.started_at ?? "")}</small>
      </p>
      <div className="wide">
        <table className="case-table">
          <thead>
            <tr>
              <th scope="col">{t.role}</th>
              <th scope="col">{t.question}</th>
              <th scope="col">{t.server}</th>
              <th scope="col">{t.answer}</th>
              <th scope="col">{t.took}</th>
            </tr>
          </thead>
          <tbody>
            {(one.transcript ?? []).map((q, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a record never changes its order
              <tr key={i}>
                <td>{word(q.role)}</td>
                <td>
                  <code dir="ltr">
                    {defang(q.name ?? "")} {q.type}
                  </code>
                </td>
                <td>
                  <code>{q.server}</code>
                </td>
                <td>
                  {[word(q.kind), q.rcode, q.policy_zone, q.ede_text, q.problem]
                    .filter(Boolean)
                    .join(" · ")}
                </td>
                <td>{format.number((q.took_us ?? 0) / 1000)} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
