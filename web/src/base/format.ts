// Dates, numbers and spans in the habit of the language and the chosen time zone.
import { useMemo } from "react";
import { LAW_ZONE, type Language, useSettings } from "./settings";

export interface Format {
  number(n: number): string;
  date(iso: string): string;
  dateTime(iso: string): string;
  /** When a clock ends; a last day ends at 24:00 where the law counts, not at 0:00 of the next. */
  due(clock: { due?: string; last_day?: string } | undefined): string;
  /** `2天3小时`, `4分05秒`: the two largest units, rounded down; never negative. */
  span(ms: number): string;
  /** A time limit in words: `24h`, `3wd` as notices write it, `24 hour` as rule sets do; others as they are. */
  length(limit: string): string;
}

/** The day in the zone in which the law counts, as `2026-03-05`. */
export function shanghaiDay(at: number): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: LAW_ZONE }).format(new Date(at));
}

const UNITS: Record<Language, [string, string, string, string]> = {
  zh: ["天", "小时", "分", "秒"],
  en: [" d", " h", " min", " s"],
};

export function span(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [
    Math.floor(seconds / 86400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const found = parts.findIndex((n) => n > 0);
  const first = found < 0 ? 3 : found;
  return parts
    .slice(first, first + 2)
    .map((n, i) => `${i > 0 ? String(n).padStart(2, "0") : n}${UNITS[language][first + i]}`)
    .join(language === "zh" ? "" : " ");
}

const LENGTHS: Record<Language, Record<string, string>> = {
  zh: {
    minute: "分钟",
    hour: "小时",
    calendar_day: "日",
    working_day: "个工作日",
    calendar_month: "个月",
  },
  en: {
    minute: "minute",
    hour: "hour",
    calendar_day: "day",
    working_day: "working day",
    calendar_month: "month",
  },
};
/** The letters that a notice uses. */
const SHORT: Record<string, string> = {
  m: "minute",
  h: "hour",
  d: "calendar_day",
  wd: "working_day",
};

export function length(limit: string, language: Language): string {
  const [, count, unit = ""] = /^(\d+) ?(\w+)$/.exec(limit) ?? [];
  const name = LENGTHS[language][SHORT[unit] ?? unit];
  if (!count || !name) return limit;
  return `${count} ${name}${language === "en" && count !== "1" ? "s" : ""}`;
}

export function makeFormat(language: Language, zone: string): Format {
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const number = new Intl.NumberFormat(locale);
  const day = { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone } as const;
  const date = new Intl.DateTimeFormat(locale, day);
  const dateTime = new Intl.DateTimeFormat(locale, {
    ...day,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const at = (iso: string) => (iso ? dateTime.format(new Date(iso)) : "");
  return {
    number: (n) => number.format(n),
    date: (iso) => (iso ? date.format(new Date(iso)) : ""),
    dateTime: at,
    due: (clock) =>
      clock?.last_day && zone === LAW_ZONE
        ? `${date.format(new Date(`${clock.last_day}T00:00:00+08:00`))} 24:00`
        : at(clock?.due ?? ""),
    span: (ms) => span(ms, language),
    length: (limit) => length(limit, language),
  };
}

export function useFormat(): Format {
  const { language, zone } = useSettings();
  return useMemo(() => makeFormat(language, zone), [language, zone]);
}
