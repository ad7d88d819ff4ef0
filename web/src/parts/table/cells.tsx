// Cells of a table of few rows: as on the screen, what they are sorted by, and as they are copied.
import type { ReactNode } from "react";
import type { Clock } from "../../api/shapes";
import { shown } from "../../base/defang";
import { useFormat } from "../../base/format";
import { Article } from "../Article";
import { Deadline } from "../Deadline";
import { DocNumber } from "../DocNumber";
import { Indicator } from "../Indicator";
import { Person, Unit, usePersonName, useUnitName } from "../Party";
import type { Cell } from "./Few";
import { instant } from "./sort";

interface Basis {
  article: string;
  rule_set?: string;
  requirement?: string;
}

interface Cells {
  number: (n: number | undefined) => Cell;
  date: (iso: string | undefined, none?: string) => Cell;
  time: (iso: string | undefined, none?: string) => Cell;
  /** A length of time; nothing when there is none. */
  span: (ms: number | undefined) => Cell;
  /** By the time that is left. */
  deadline: (clock: Clock) => Cell;
  document: (number: string | undefined) => Cell;
  indicator: (kind: string | undefined, value: string | undefined) => Cell;
  unit: (id: string | undefined) => Cell;
  person: (id: string | undefined, unit?: string, none?: string) => Cell;
  article: (basis: Basis) => Cell;
  code: (text: string | undefined) => Cell;
  /** Anything, with the words that say it; indicators among them defanged. */
  as: (words: string | undefined, cell: ReactNode) => Cell;
}

export function useCells(): Cells {
  const format = useFormat();
  const unitName = useUnitName();
  const personName = usePersonName();
  const at = (iso: string, shown: string) => ({
    cell: <time dateTime={iso || undefined}>{shown}</time>,
    by: instant(iso),
    text: shown,
  });
  const as = (words = "", cell: ReactNode) => ({ cell, by: words, text: words });
  return {
    number: (n = 0) => ({ cell: format.number(n), by: n, text: String(n) }),
    date: (iso = "", none = "") => at(iso, format.date(iso) || none),
    time: (iso = "", none = "") => at(iso, format.dateTime(iso) || none),
    span: (ms = 0) => {
      const shown = ms ? format.span(ms) : "";
      return { cell: shown, by: ms || undefined, text: shown };
    },
    deadline: (clock) => ({
      cell: <Deadline clock={clock} />,
      by: instant(clock.due),
      text: format.due(clock),
    }),
    document: (number) => as(number, <DocNumber of={number} />),
    indicator: (kind = "", value = "") =>
      as(shown(kind, value), <Indicator kind={kind} value={value} />),
    unit: (id) => as(unitName(id), <Unit id={id} />),
    person: (id, unit, none = "") =>
      id ? as(personName(id), <Person id={id} unit={unit} />) : as(none, none),
    article: ({ article, rule_set, requirement }) =>
      as(
        article,
        article && <Article article={article} ruleSet={rule_set} requirement={requirement} />,
      ),
    code: (text) => as(text, <code>{text}</code>),
    as,
  };
}
