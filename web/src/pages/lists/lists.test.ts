import { describe, expect, it } from "vitest";
import { placeOfList } from "./places";

describe("where a warning list is read", () => {
  it("at the entry that stopped something", () => {
    expect(placeOfList("nets")).toBe("/guard/nets");
    expect(placeOfList("my list", "10.0.0.0/24")).toBe("/guard/my%20list?q=10.0.0.0%2F24");
  });
  it("finds one address with and without its length", () => {
    expect(placeOfList("nets", "8.8.8.8/32")).toBe("/guard/nets?q=8.8.8.8");
    expect(placeOfList("nets", "2001:db8::1/128")).toBe("/guard/nets?q=2001%3Adb8%3A%3A1");
  });
});
