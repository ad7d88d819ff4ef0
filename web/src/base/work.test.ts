import { renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { carry, dismiss, type Hold, handOver, ownedBy, useWorks } from "./work";

const TITLE = { zh: "导入", en: "import" };
const works = () => renderHook(() => useWorks()).result.current;

/** Work that ends when the test says so. */
function begin(about: Partial<Parameters<typeof carry>[0]> = {}) {
  let end: () => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  let hold: Hold | undefined;
  const done = carry({ title: TITLE, place: "/there", ...about }, (given) => {
    hold = given;
    return new Promise<void>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  });
  return { done, end, fail, hold: hold as unknown as Hold };
}

beforeEach(() => {
  for (const work of works()) dismiss(work.id);
});

describe("long work", () => {
  it("is found while it goes on and after it ended, and goes when it is dismissed", async () => {
    const one = begin();
    one.hold.at(0.5, TITLE);
    expect(works()).toMatchObject([{ state: "running", share: 0.5, said: TITLE, place: "/there" }]);
    one.end();
    await one.done;
    expect(works()).toMatchObject([{ state: "done" }]);
    dismiss(works()[0]?.id ?? 0);
    expect(works()).toEqual([]);
  });
  it("keeps why it failed, and the page hears it too", async () => {
    const one = begin();
    const why = new Error("no room");
    one.fail(why);
    await expect(one.done).rejects.toBe(why);
    expect(works()).toMatchObject([{ state: "failed", error: why }]);
  });
  it("is stopped, which is no failure", async () => {
    const one = begin({ stops: true });
    works()[0]?.stop?.();
    expect(one.hold.signal.aborted).toBe(true);
    one.fail(new DOMException("stopped", "AbortError"));
    await expect(one.done).rejects.toThrow("stopped");
    expect(works()).toMatchObject([{ state: "stopped" }]);
    expect(works()[0]?.error).toBeUndefined();
  });
  it("is done in part when it says so", async () => {
    const one = begin();
    one.hold.short();
    one.end();
    await one.done;
    expect(works()).toMatchObject([{ state: "partly" }]);
  });
  it("takes the place of what it tries again", async () => {
    const first = begin({ key: "same" });
    first.end();
    await first.done;
    const again = begin({ key: "same" });
    expect(works()).toMatchObject([{ state: "running" }]);
    again.end();
    await again.done;
  });
  it("is neither carried on nor shown for another person", () => {
    let told = 0;
    handOver.add(() => {
      told += 1;
    });
    ownedBy("li miit");
    const one = begin();
    ownedBy("li miit");
    expect(works().length).toBe(1);
    ownedBy("wang op-a");
    expect(works()).toEqual([]);
    expect(one.hold.signal.aborted).toBe(true);
    expect(told).toBe(1);
  });
});
