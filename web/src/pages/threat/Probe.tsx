// What a probe asked a resolver and what came back, as it was recorded; nothing is asked again.
import { defang } from "../../base/defang";
import { useFormat } from "../../base/format";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
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
  const cells = useCells();
  const one = probe as Transcript;
  const took = (us: number) => {
    const said = `${format.number(us / 1000)} ms`;
    return { cell: said, by: us, text: said };
  };
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
      <Few
        title={t.verdict}
        heads={[t.role, t.question, t.server, t.answer, t.took]}
        rows={(one.transcript ?? []).map((q) => [
          word(q.role),
          cells.code(`${defang(q.name ?? "")} ${q.type ?? ""}`),
          cells.code(q.server),
          [word(q.kind), q.rcode, q.policy_zone, q.ede_text, q.problem].filter(Boolean).join(" · "),
          took(q.took_us ?? 0),
        ])}
      />
    </div>
  );
}
