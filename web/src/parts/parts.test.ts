import { describe, expect, it } from "vitest";
import { emptyBook, learn, starts, wanted } from "./table/pages";
import { tsv } from "./table/views";
import { urgency } from "./urgency";

const rows = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("pages of a keyset list", () => {
  const three = [
    { items: rows(200), next: "a" },
    { items: rows(0), next: "b" }, // a search may answer with an empty page and go on
    { items: rows(30) },
  ].reduce((book, answer, i) => learn(book, i, answer), emptyBook);

  it("are followed to the end, empty ones too", () => {
    expect(three.pages.map((p) => p.after)).toEqual(["", "a", "b"]);
    expect(three.next).toBeUndefined();
    expect(starts(three)).toEqual([0, 200, 200, 230]);
  });
  it("are asked for only where they are looked at", () => {
    expect(wanted(emptyBook, 0, 0)).toEqual([0]);
    expect(wanted(three, 0, 20)).toEqual([0]);
    expect(wanted(three, 190, 210)).toEqual([0, 2]);
    const open = learn(emptyBook, 0, { items: rows(200), next: "a" });
    expect(wanted(open, 0, 20)).toEqual([0]);
    expect(wanted(open, 170, 190)).toEqual([0, 1]);
  });
  it("pass on a cursor that moved, and forget what is behind an end", () => {
    const moved = learn(three, 0, { items: rows(200), next: "a2" });
    expect(moved.pages.map((p) => p.after)).toEqual(["", "a2", "b"]);
    expect(learn(three, 0, { items: rows(200), next: "a" })).toBe(three);
    expect(learn(three, 0, { items: rows(3) })).toEqual({
      pages: [{ after: "", count: 3 }],
      next: undefined,
    });
  });
});

describe("a deadline", () => {
  const start = "2026-11-22T00:00:00Z";
  const due = "2026-11-23T00:00:00Z";
  const at = (time: string) => Date.parse(`2026-11-2${time}:00Z`);
  it.each([
    ["2T06:00", "blue"],
    ["2T13:00", "yellow"],
    ["2T19:00", "orange"],
    ["2T22:00", "red"],
    ["3T00:00", "late"], // the first instant that is late
  ])("at %s is %s", (time, how) => expect(urgency({ start, due }, at(time))).toBe(how));
  it("that was met stays so, in time or not", () => {
    const met = (met_at: string) => urgency({ start, due, met_at }, at("4T00:00"));
    expect(met("2026-11-22T23:59:59Z")).toBe("met");
    expect(met(due)).toBe("met-late");
    expect(urgency({ start, due, waived_by: "art. 9" }, at("4T00:00"))).toBe("waived");
  });
});

it("copied rows are one line each and no formulas", () => {
  expect(
    tsv([
      ["=1+1", "a\tb\nc"],
      ["-x", "evil[.]example"],
    ]),
  ).toBe("'=1+1\ta b c\n'-x\tevil[.]example");
});
