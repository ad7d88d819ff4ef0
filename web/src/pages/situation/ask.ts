// The question for the situation, and where the rows of a number are.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { createSearchParams, useSearchParams } from "react-router";
import { api, data } from "../../api/client";
import type { Text } from "../../api/shapes";

export const PERIODS = ["week", "month", "quarter", "year"] as const;
export type Period = (typeof PERIODS)[number];

export interface Asked {
  period: Period;
  /** Any day of the period; empty: today. */
  until: string;
  province: string;
}

export interface Rows {
  in: string;
  query: string;
}
export interface Count {
  count: number;
  /** Left out in what is published for everybody. */
  rows?: Rows;
}
export interface Figure {
  name: string;
  title: Text;
  current: Count;
  previous: Count;
  last_year: Count;
  change_percent?: number;
  change_percent_year?: number;
}
export interface Group {
  name: string;
  title: Text;
  figures: Figure[];
}
export interface ClockRate {
  clock: string;
  title: Text;
  in: string;
  unit: string;
  unit_title: Text;
  fates: Figure[];
  on_time_percent?: number;
}
export interface Series {
  name: string;
  title: Text;
  points: { from: string; until: string; number: Count }[];
}
interface Days {
  from: string;
  until: string;
}
export interface Situation {
  period: Period;
  current: Days;
  previous: Days;
  last_year: Days;
  province: string;
  view: "whole" | "unit" | "published";
  groups: Group[];
  clocks: ClockRate[];
  series: Series[];
  index: { complete: boolean };
}

export function useAsked(): [Asked, (some: Partial<Asked>) => void] {
  const [params, setParams] = useSearchParams();
  const period = PERIODS.find((p) => p === params.get("period")) ?? "week";
  const asked = {
    period,
    until: params.get("until") ?? "",
    province: params.get("province") ?? "",
  };
  return [asked, (some) => setParams(given({ ...asked, ...some }))];
}

/** What was asked for, without what was left open. */
export function given(asked: Asked): Record<string, string> {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
}

/** The hub leaves out what is empty. */
function whole(found: Situation): Situation {
  return {
    ...found,
    groups: (found.groups ?? []).map((g) => ({ ...g, figures: g.figures ?? [] })),
    clocks: (found.clocks ?? []).map((c) => ({ ...c, fates: c.fates ?? [] })),
    series: (found.series ?? []).map((s) => ({ ...s, points: s.points ?? [] })),
  };
}

export function useSituation(asked: Asked) {
  return useQuery({
    queryKey: ["situation", asked],
    meta: { live: ["threat", "task", "appeal", "list"] },
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Situation> =>
      whole(
        (await data(
          api.GET("/api/v1/situation", { params: { query: given(asked) }, signal }),
        )) as unknown as Situation,
      ),
  });
}

/** Where the rows are listed: cases in their own table. */
export function rowsAt(rows: Rows): string {
  if (rows.in === "cases") return `/threats?${createSearchParams({ q: rows.query })}`;
  return `/rows?${createSearchParams({ in: rows.in, q: rows.query })}`;
}

export function reportUrl(asked: Asked, language: string, form: string): string {
  const query = new URLSearchParams({ ...given(asked), lang: language, form });
  return `/api/v1/situation/report?${query}`;
}

/** Whether there was anything in any of the three periods. */
export function spoken(figure: Figure): boolean {
  return figure.current.count + figure.previous.count + figure.last_year.count > 0;
}
