// Pages of a keyset list, kept only while they are looked at. What stays for a million rows is one
// cursor and one count a page; a page that was left is asked for again by its cursor. A first page
// that changed passes its new cursor on, so nothing is shown twice and nothing is left out.
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Subject } from "../../api/queries";
import type { Page } from "../../api/shapes";

export const PAGE_ROWS = 200;

export interface Known {
  /** `next` of the page before; empty: the first. */
  after: string;
  count: number;
}

export interface Book {
  pages: Known[];
  /** The cursor that follows the last known page; undefined: there is no more. */
  next: string | undefined;
}

export const emptyBook: Book = { pages: [], next: "" };

/** The book after page `index` answered; the same object when nothing changed. */
export function learn(book: Book, index: number, answer: Page<unknown>): Book {
  const known = book.pages[index];
  const after = known?.after ?? (index === book.pages.length ? book.next : undefined);
  if (after === undefined) return book;
  const following = index + 1 < book.pages.length ? book.pages[index + 1]?.after : book.next;
  if (known?.count === answer.items.length && following === answer.next) return book;
  const pages = book.pages.slice();
  pages[index] = { after, count: answer.items.length };
  if (answer.next === undefined) return { pages: pages.slice(0, index + 1), next: undefined };
  const behind = pages[index + 1];
  if (behind === undefined) return { pages, next: answer.next };
  pages[index + 1] = { after: answer.next, count: behind.count };
  return { pages, next: book.next };
}

/** First row of each page, and behind the last one the number of all. */
export function starts(book: Book): number[] {
  const at = [0];
  for (const page of book.pages) at.push((at.at(-1) ?? 0) + page.count);
  return at;
}

/** Pages that hold rows `first` to `last`, and the next one when the end is near. */
export function wanted(book: Book, first: number, last: number): number[] {
  const at = starts(book);
  const total = at.at(-1) ?? 0;
  const out: number[] = [];
  for (let i = 0; i < book.pages.length; ++i) {
    const begin = at[i] ?? 0;
    const end = at[i + 1] ?? 0;
    if (begin <= last && end > first && end > begin) out.push(i);
  }
  if (book.next !== undefined && last >= total - PAGE_ROWS / 4) out.push(book.pages.length);
  // A list without a row is watched too.
  return out.length > 0 ? out : [0];
}

export interface Rows<Row> {
  count: number;
  more: boolean;
  row(index: number): Row | undefined;
  /** Every row, when all are held; the same array until one changes. */
  all: Row[] | undefined;
  /** Nothing is known yet. */
  first: boolean;
  busy: boolean;
  error: Error | null;
  retry(): void;
}

/** The same array as long as its members are. */
function useSame<T>(now: T[]): T[] {
  const kept = useRef(now);
  const same = kept.current.length === now.length && now.every((one, i) => one === kept.current[i]);
  if (!same) kept.current = now;
  return kept.current;
}

/** `whole`: all rows are held, unless there are more than that. */
export function useRows<Row>(
  key: readonly unknown[],
  load: (after: string | undefined, signal: AbortSignal) => Promise<Page<Row>>,
  live: Subject[] | undefined,
  visible: { first: number; last: number },
  whole: number,
): Rows<Row> {
  const of = JSON.stringify(key);
  const [known, setKnown] = useState({ of, book: emptyBook });
  const book = known.of === of ? known.book : emptyBook;
  const held = (starts(book).at(-1) ?? 0) <= whole;
  const indexes = wanted(book, held ? 0 : visible.first, held ? whole : visible.last);
  const cursors = indexes.map((i) => book.pages[i]?.after ?? book.next ?? "");
  const results = useQueries({
    queries: cursors.map((after) => ({
      queryKey: [...key, after],
      meta: { live },
      gcTime: 60_000,
      placeholderData: keepPreviousData,
      queryFn: ({ signal }: { signal: AbortSignal }) => load(after || undefined, signal),
    })),
  });
  useEffect(() => {
    let now = book;
    for (const [i, index] of indexes.entries()) {
      const result = results[i];
      if (result?.data && !result.isPlaceholderData) now = learn(now, index, result.data);
    }
    if (now !== book) setKnown({ of, book: now });
  });
  const at = useMemo(() => starts(book), [book]);
  const answers = useSame(results.map((r) => (r.isPlaceholderData ? undefined : r.data)));
  const all = useMemo(() => {
    if (!held || book.next !== undefined || answers.includes(undefined)) return undefined;
    return answers.flatMap((page) => page?.items ?? []);
  }, [held, book, answers]);
  const failed = results.find((r) => r.error);
  return {
    count: at.at(-1) ?? 0,
    more: book.next !== undefined,
    row: (index) => {
      for (const [i, page] of indexes.entries()) {
        const begin = at[page] ?? 0;
        const result = results[i];
        if (index >= begin && index < (at[page + 1] ?? begin))
          return result?.data?.items[index - begin];
      }
      return undefined;
    },
    all,
    first: book.pages.length === 0 && !failed,
    busy: results.some((r) => r.isFetching),
    error: failed?.error ?? null,
    retry: () => {
      for (const r of results) if (r.error) r.refetch();
    },
  };
}
