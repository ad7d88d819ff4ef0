import { describe, expect, it } from "vitest";
import { rolesIn, unitsOf } from "./memberships";

const user = {
  organization: "org_a",
  roles: ["executor" as const],
  memberships: [
    { organization: "org_b", roles: ["finder" as const], since: "2026-03-01T00:00:00Z" },
    {
      organization: "org_c",
      roles: ["verifier" as const],
      since: "2026-03-01T00:00:00Z",
      left: "2026-03-02T00:00:00Z",
    },
  ],
};

describe("units of a person", () => {
  it("are the first one and those that were not left", () => {
    expect(unitsOf(user)).toEqual(["org_a", "org_b"]);
    expect(unitsOf({ organization: "org_a" })).toEqual(["org_a"]);
  });

  it("have roles of their own", () => {
    expect(rolesIn(user, "org_a")).toEqual(["executor"]);
    expect(rolesIn(user, "org_b")).toEqual(["finder"]);
    expect(rolesIn(user, "org_c")).toBeUndefined();
    expect(rolesIn(user, "org_d")).toBeUndefined();
  });
});
