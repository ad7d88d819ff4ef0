import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it } from "vitest";
import { useRows } from "./pages";
import { instant, nextSort, offered, readSort, SORTED_ROWS, sorted } from "./sort";
import type { Column } from "./types";

interface Row {
  name: string;
  size?: number;
}
const byName: Column<Row> = { key: "name", title: "Name", width: 1, text: (r) => r.name };
const bySize: Column<Row> = {
  key: "size",
  title: "Size",
  width: 1,
  text: (r) => `${r.size} kB`,
  order: (r) => r.size,
};
const names = (rows: Row[]) => rows.map((r) => r.name);

describe("an order", () => {
  it("goes up, down, and back to that of the list", () => {
    expect(nextSort("", "a")).toBe("a");
    expect(nextSort("a", "a")).toBe("-a");
    expect(nextSort("-a", "a")).toBe("");
    expect(nextSort("-b", "a")).toBe("a");
    expect(readSort("-a")).toEqual({ column: "a", descending: true });
    expect(readSort("")).toBeUndefined();
    expect(readSort("-")).toBeUndefined();
  });
  it("is the route's where it offers one", () => {
    const table = { orders: { name: { ascending: "number", descending: "-number" } } };
    expect(offered(table, readSort("name"))).toBe("number");
    expect(offered(table, readSort("-name"))).toBe("-number");
    expect(offered(table, readSort("size"))).toBeUndefined();
    expect(offered({}, readSort("name"))).toBeUndefined();
    expect(offered(table, undefined)).toBeUndefined();
  });
});

describe("rows that are sorted here", () => {
  const rows = [{ name: "b10", size: 9 }, { name: "" }, { name: "b9", size: 10 }, { name: "a" }];
  it("go by value or by the language, with what is empty last in both directions", () => {
    expect(names(sorted(rows, byName, false, "en"))).toEqual(["a", "b9", "b10", ""]);
    expect(names(sorted(rows, byName, true, "en"))).toEqual(["b10", "b9", "a", ""]);
    expect(names(sorted(rows, bySize, false, "en"))).toEqual(["b10", "b9", "", "a"]);
    expect(names(sorted(rows, bySize, true, "en"))).toEqual(["b9", "b10", "", "a"]);
    expect(names(rows)).toEqual(["b10", "", "b9", "a"]);
  });
  it("go by sound in Chinese", () => {
    const units = ["中国电信", "阿里云", "北京大学"].map((name) => ({ name }));
    expect(names(sorted(units, byName, false, "zh"))).toEqual(["阿里云", "北京大学", "中国电信"]);
  });
  it("have instants as numbers, and none as nothing", () => {
    expect(instant("2026-03-05T10:00:00.500Z")).toBeGreaterThan(
      instant("2026-03-05T10:00:00Z") ?? 0,
    );
    expect(instant("")).toBeUndefined();
    expect(instant(undefined)).toBeUndefined();
  });
});

describe("rows that are held whole", () => {
  const list = (total: number) => {
    const asked: string[] = [];
    const load = async (after: string | undefined) => {
      asked.push(after ?? "");
      const from = Number(after ?? 0);
      const items = Array.from({ length: Math.min(200, total - from) }, (_, i) => from + i);
      return { items, ...(from + 200 < total ? { next: String(from + 200) } : {}) };
    };
    return { asked, load };
  };
  const held = (total: number, whole: number, key = "k") => {
    const client = new QueryClient();
    const wrapper = ({ children }: { children: ReactNode }) => (
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    );
    const { asked, load } = list(total);
    const shown = renderHook(
      (p: { key: string; whole: number }) =>
        useRows<number>([p.key], load, undefined, { first: 0, last: 0 }, p.whole),
      { wrapper, initialProps: { key, whole } },
    );
    return { asked, ...shown };
  };
  it("are all there, and the same array while nothing changes", async () => {
    const { result, rerender } = held(450, SORTED_ROWS);
    await waitFor(() => expect(result.current.all?.length).toBe(450));
    expect(result.current.more).toBe(false);
    const { all } = result.current;
    rerender({ key: "k", whole: SORTED_ROWS });
    expect(result.current.all).toBe(all);
  });
  it("are never a part of the list: of too many there are none", async () => {
    const { asked, result } = held(5000, SORTED_ROWS);
    await waitFor(() => expect(result.current.count).toBeGreaterThan(SORTED_ROWS));
    await waitFor(() => expect(result.current.busy).toBe(false));
    expect(result.current.all).toBeUndefined();
    expect(result.current.more).toBe(true);
    expect(asked.length).toBe(11);
  });
  it("are not fetched where nobody asks for an order", async () => {
    const { asked, result } = held(450, 0);
    await waitFor(() => expect(result.current.count).toBe(200));
    expect(asked).toEqual([""]);
    expect(result.current.all).toBeUndefined();
  });
  it("begin anew under another key", async () => {
    const { result, rerender } = held(450, SORTED_ROWS);
    await waitFor(() => expect(result.current.all?.length).toBe(450));
    rerender({ key: "other", whole: 0 });
    expect(result.current.count).toBe(0);
    await waitFor(() => expect(result.current.count).toBe(200));
  });
});
