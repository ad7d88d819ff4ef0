// Bytes of evidence and documents in the browser: decoded, hashed, kept. Nothing of it is ever
// given to the browser as a page.
import { save } from "../../base/save";

export function bytesOf(content: string, binary: boolean): Uint8Array<ArrayBuffer> {
  if (!binary) return new TextEncoder().encode(content);
  return Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
}

/** SHA-256 in hexadecimal; undefined where the browser has no such thing (a hub without TLS). */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
}

/** Saved as a file that no program opens by itself. */
export function keep(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  save(new Blob([bytes], { type: "application/octet-stream" }), name);
}

export type Preview =
  | { as: "text"; text: string; cut: boolean }
  | { as: "image"; type: string }
  | { as: "probe"; probe: unknown }
  | { as: "none" };

/** Pictures that cannot carry scripts; SVG can, and is shown as the text it is. */
const IMAGES: [string, number[]][] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
  ["image/webp", [0x52, 0x49, 0x46, 0x46]],
];
const MOST_TEXT = 200_000;

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** How a piece may be looked at: by its first bytes, not by what it says of itself. */
export function previewOf(bytes: Uint8Array, mediaType: string): Preview {
  const image = IMAGES.find(([, head]) => head.every((b, i) => bytes[i] === b));
  if (image) return { as: "image", type: image[0] };
  const text = textOf(bytes);
  if (text === undefined) return { as: "none" };
  if (mediaType.includes("json") || /^\s*[[{]/.test(text)) {
    try {
      const value: unknown = JSON.parse(text);
      if (mediaType === "application/dns-probe+json") return { as: "probe", probe: value };
      const pretty = JSON.stringify(value, null, 2);
      return { as: "text", text: pretty.slice(0, MOST_TEXT), cut: pretty.length > MOST_TEXT };
    } catch {
      // No JSON after all: shown as it stands.
    }
  }
  return { as: "text", text: text.slice(0, MOST_TEXT), cut: text.length > MOST_TEXT };
}
