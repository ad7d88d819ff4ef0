import { expect, it } from "vitest";
import type { Duty } from "../../api/shapes";
import { desks, draw, queueOf, sampleSize, stepsOf } from "./desks";

const step = (to: string, mine = true) => ({ to, article: "8", requirement: "W17-14", mine });
const duty = (number: string, ...to: string[]): Duty => ({
  number,
  title: number,
  state: "x",
  next: to.map((t) => step(t)),
});
function desk(id: string) {
  const found = desks.find((d) => d.id === id);
  if (!found) throw new Error(id);
  return found;
}

it("a duty stands on the desk of its step, with the steps of that desk only", () => {
  const all = [
    duty("T-1", "reviewing"),
    duty("T-2-1", "notified", "breach"),
    duty("T-3-1", "breach"),
  ];
  expect(queueOf(desk("notices"), all).map((d) => d.number)).toEqual(["T-2-1"]);
  expect(queueOf(desk("notices"), all)[0]?.next.map((s) => s.to)).toEqual(["notified"]);
  expect(queueOf(desk("sanctions"), all).map((d) => d.number)).toEqual(["T-2-1", "T-3-1"]);
});

it("the pane offers what is mine besides, and nothing twice", () => {
  const offered = stepsOf(
    desk("notices"),
    [step("notified")],
    [step("notified"), step("phone-notified"), step("withdrawn", false), step("breach")],
  );
  expect(offered.map((s) => s.to)).toEqual(["notified", "phone-notified"]);
});

it("a sample is the root of the number, two at least, and holds nothing twice", () => {
  expect([1, 2, 5, 100, 101].map(sampleSize)).toEqual([1, 2, 3, 10, 11]);
  const drawn = draw(["a", "b", "c", "d"], 3, (n) => n - 1);
  expect(drawn).toEqual(["d", "c", "b"]);
  expect(draw(["a"], 3, () => 0)).toEqual(["a"]);
});
