// What the expert body proposes: measure, target, addressee, limit, reason (article 7).
import type { Threat } from "../api/shapes";
import { desks as en } from "../texts/en/desks";
import { useTexts, useWord } from "../texts/use";
import { desks as zh } from "../texts/zh/desks";
import { IndicatorList } from "./IndicatorList";
import { Unit } from "./Party";

type Identification = NonNullable<Threat["identification"]>;

export function Proposals({ of }: { of: Identification["proposals"] }) {
  const t = useTexts({ zh, en });
  const word = useWord();
  if (!of?.length) return null;
  return (
    <div className="wide">
      <table className="desk-rows" aria-label={t.proposals}>
        <thead>
          <tr>
            <th scope="col">{t.measure}</th>
            <th scope="col">{t.indicators}</th>
            <th scope="col">{t.addressee}</th>
            <th scope="col">{t.limit}</th>
            <th scope="col">{t.reason}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((p) => (
            <tr key={`${p.measure}:${p.addressee}:${p.limit}:${p.reason}`}>
              <td>{word(p.measure)}</td>
              <td>
                <IndicatorList of={p.indicators} />
              </td>
              <td>
                <Unit id={p.addressee} />
              </td>
              <td>{p.limit}</td>
              <td>{p.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
