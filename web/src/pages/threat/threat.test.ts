import { describe, expect, it } from "vitest";
import { safeWords } from "../../base/defang";
import { placeOf } from "../../base/numbers";
import { evidenceOf, sizeOf } from "../../parts/files";
import { bytesOf, previewOf } from "./bytes";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("previewOf", () => {
  it("goes by the bytes, not by what the piece says of itself", () => {
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0]);
    expect(previewOf(png, "text/html")).toEqual({ as: "image", type: "image/png" });
    expect(previewOf(bytes("<svg onload='x'>"), "image/svg+xml").as).toBe("text");
    expect(previewOf(Uint8Array.from([0xff, 0, 1]), "image/png").as).toBe("none");
  });
  it("lays JSON out and leaves broken JSON as it is", () => {
    expect(previewOf(bytes('{"a":1}'), "")).toEqual({
      as: "text",
      text: '{\n  "a": 1\n}',
      cut: false,
    });
    expect(previewOf(bytes("{a"), "application/json")).toEqual({
      as: "text",
      text: "{a",
      cut: false,
    });
  });
  it("knows a probe and cuts what is endless", () => {
    expect(previewOf(bytes("{}"), "application/dns-probe+json").as).toBe("probe");
    expect(previewOf(bytes("x".repeat(300_000)), "text/plain")).toMatchObject({ cut: true });
  });
});

describe("files and numbers", () => {
  it("carries any bytes there and back", async () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const piece = await evidenceOf({
      name: "x",
      type: "",
      arrayBuffer: async () => all.buffer,
    } as File);
    expect(bytesOf(piece.content, piece.binary)).toEqual(all);
    expect(sizeOf(piece.content)).toBe(256);
  });
  it("defangs addresses among the words of people", () => {
    expect(safeWords("seen at http://evil.example/a, twice")).toBe(
      "seen at hxxp[://]evil[.]example/a, twice",
    );
  });
  it("finds the page of a number", () => {
    expect(placeOf("T-2026-000001")).toBe("/threats/T-2026-000001");
    expect(placeOf("T-2026-000001-2")).toBe("/tasks/T-2026-000001-2");
    expect(placeOf("N-2026-000001")).toBe("/notices/N-2026-000001");
    expect(placeOf("A-2026-000001")).toBe("/appeals/A-2026-000001");
    expect(placeOf("evil.example")).toBeUndefined();
  });
});
