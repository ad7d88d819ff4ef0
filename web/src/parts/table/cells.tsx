// Cells of a table of few rows that are sorted by what they mean, not by how it is written.
import type { ReactNode } from "react";
import { useFormat } from "../../base/format";
import { Unit, useUnitName } from "../Party";
import type { Cell } from "./Few";
import { instant } from "./sort";

interface Cells {
  number: (n: number | undefined) => Cell;
  date: (iso: string | undefined, none?: string) => Cell;
  time: (iso: string | undefined, none?: string) => Cell;
  unit: (id: string | undefined) => Cell;
  code: (text: string | undefined) => Cell;
  /** Anything, with the words it is sorted by. */
  as: (words: string | undefined, cell: ReactNode) => Cell;
}

export function useCells(): Cells {
  const format = useFormat();
  const unitName = useUnitName();
  return {
    number: (n = 0) => ({ cell: format.number(n), by: n }),
    date: (iso = "", none = "") => ({ cell: format.date(iso) || none, by: instant(iso) }),
    time: (iso = "", none = "") => ({ cell: format.dateTime(iso) || none, by: instant(iso) }),
    unit: (id) => ({ cell: <Unit id={id} />, by: unitName(id) }),
    code: (text) => ({ cell: <code>{text}</code>, by: text }),
    as: (words, cell) => ({ cell, by: words }),
  };
}
