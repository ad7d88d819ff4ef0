// How each clock was kept, by everybody and by each unit; every number opens its rows.

import { situation as en } from "../../texts/en/situation";
import { useText, useTexts } from "../../texts/use";
import { situation as zh } from "../../texts/zh/situation";
import type { ClockRate } from "./ask";
import { Amount } from "./Figures";

const FATES = ["met", "late", "running", "waived"] as const;

export function Clocks({ clocks }: { clocks: ClockRate[] }) {
  const t = useTexts({ zh, en });
  const text = useText();
  if (clocks.length === 0) return <p>{t.noClocks}</p>;
  return (
    <div className="wide">
      <table className="figures-table" aria-label={t.clocks}>
        <thead>
          <tr>
            <th scope="col">{t.clock}</th>
            <th scope="col">{t.unit}</th>
            <th scope="col">{t.onTime}</th>
            {FATES.map((fate) => (
              <th scope="col" key={fate}>
                {t[fate]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {clocks.map((c) => {
            const name = text(c.title) || c.clock;
            const unit = c.unit ? text(c.unit_title) || c.unit : t.allUnits;
            return (
              <tr key={`${c.in} ${c.clock} ${c.unit}`} className={c.unit ? undefined : "sum"}>
                <th scope="row">{name}</th>
                <td>{unit}</td>
                <td>
                  {c.on_time_percent === undefined ? (
                    <span title={t.noneEnded}>–</span>
                  ) : (
                    <span className="rate">
                      <meter
                        min={0}
                        max={100}
                        value={c.on_time_percent}
                        aria-label={`${name} ${unit} ${t.onTime}`}
                      />
                      {c.on_time_percent}%
                    </span>
                  )}
                </td>
                {FATES.map((fate) => {
                  const number = c.fates.find((f) => f.name === fate)?.current ?? { count: 0 };
                  return (
                    <td key={fate}>
                      <Amount number={number} of={`${name} ${unit} ${t[fate]}`} />
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
