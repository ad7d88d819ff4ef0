import { expect, it } from "vitest";
import {
  canonical,
  consistent,
  type Digest,
  fromHex,
  leafHash,
  rootOfInclusion,
  same,
  sha256,
} from "./merkle";

const MOST = 20;
const leaves: Digest[] = await Promise.all(
  Array.from({ length: MOST }, (_, i) => leafHash(new TextEncoder().encode(`entry ${i}`))),
);

/** The largest power of two below n. */
const split = (n: number) => 2 ** Math.floor(Math.log2(n - 1));

// The definitions of RFC 9162 (2.1.1, 2.1.3.1, 2.1.4.1), word for word.
async function head(d: Digest[]): Promise<Digest> {
  if (d.length === 1) return d[0] as Digest;
  const k = split(d.length);
  return sha256(new Uint8Array([1]), await head(d.slice(0, k)), await head(d.slice(k)));
}

async function path(m: number, d: Digest[]): Promise<Digest[]> {
  if (d.length === 1) return [];
  const k = split(d.length);
  return m < k
    ? [...(await path(m, d.slice(0, k))), await head(d.slice(k))]
    : [...(await path(m - k, d.slice(k))), await head(d.slice(0, k))];
}

async function subproof(m: number, d: Digest[], whole: boolean): Promise<Digest[]> {
  if (m === d.length) return whole ? [] : [await head(d)];
  const k = split(d.length);
  return m <= k
    ? [...(await subproof(m, d.slice(0, k), whole)), await head(d.slice(k))]
    : [...(await subproof(m - k, d.slice(k), false)), await head(d.slice(0, k))];
}

function spoilt(bytes: Digest): Digest {
  const out = bytes.slice();
  out[0] = (out[0] ?? 0) ^ 1;
  return out;
}

it("every leaf of every tree is proved in it, and nothing else is", async () => {
  for (let size = 1; size <= MOST; ++size) {
    const tree = leaves.slice(0, size);
    const root = await head(tree);
    for (let i = 0; i < size; ++i) {
      const proof = await path(i, tree);
      const leaf = tree[i] as Digest;
      const said = async (at: number, of: Digest, by: Digest[]) => {
        const found = await rootOfInclusion(at, size, of, by);
        return found !== undefined && same(found, root);
      };
      expect(await said(i, leaf, proof), `${i} of ${size}`).toBe(true);
      expect(await said(i, spoilt(leaf), proof)).toBe(false);
      expect(await said(i, leaf, [...proof, leaf])).toBe(false);
      expect(await said(size, leaf, proof)).toBe(false);
      if (proof.length > 0) {
        expect(await said(i, leaf, proof.slice(1))).toBe(false);
        expect(await said(i, leaf, [spoilt(proof[0] as Digest), ...proof.slice(1)])).toBe(false);
      }
    }
  }
});

it("every tree is proved to have grown out of every smaller one, and out of no other", async () => {
  for (let size = 1; size <= MOST; ++size) {
    const root = await head(leaves.slice(0, size));
    for (let old = 1; old <= size; ++old) {
      const oldRoot = await head(leaves.slice(0, old));
      const proof = await subproof(old, leaves.slice(0, size), true);
      expect(await consistent(old, oldRoot, size, root, proof), `${old} to ${size}`).toBe(true);
      expect(await consistent(old, spoilt(oldRoot), size, root, proof)).toBe(false);
      expect(await consistent(old, oldRoot, size, spoilt(root), proof)).toBe(false);
      expect(await consistent(old, oldRoot, size, root, [...proof, root])).toBe(false);
      if (old < size) {
        expect(await consistent(old, oldRoot, size, root, [])).toBe(false);
        expect(await consistent(size, root, old, oldRoot, proof), "backwards").toBe(false);
      }
    }
  }
});

it("an entry is written in one way only", () => {
  expect(canonical({ b: [1, "甲\n", null], a: { d: true, c: "" } })).toBe(
    '{"a":{"c":"","d":true},"b":[1,"甲\\n",null]}',
  );
  expect([...fromHex("00ff10")]).toEqual([0, 255, 16]);
  expect(() => fromHex("0F")).toThrow();
});
