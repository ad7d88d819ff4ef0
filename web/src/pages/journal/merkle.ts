// Proofs of RFC 9162 over the entries of the journal, checked with WebCrypto: what the hub says of
// itself is computed again here from the bytes.

export type Digest = Uint8Array<ArrayBuffer>;

export function fromHex(text: string): Digest {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error("not hexadecimal");
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; ++i) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

export function same(a: Digest, b: Digest): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export async function sha256(...parts: Digest[]): Promise<Digest> {
  const all = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

/** RFC 8785 for what a journal holds: no fractions, members by their code units. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** The hash of an entry: SHA-256 over everything else in it. */
export async function entryHash(entry: object): Promise<Digest> {
  const { hash: _, ...rest } = entry as Record<string, unknown>;
  return sha256(new TextEncoder().encode(canonical(rest)));
}

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

export function leafHash(entry: Digest): Promise<Digest> {
  return sha256(LEAF, entry);
}

function nodeHash(left: Digest, right: Digest): Promise<Digest> {
  return sha256(NODE, left, right);
}

/** Halves without the sign of a shift: sizes pass 2^31. */
const half = (n: number) => Math.floor(n / 2);
const odd = (n: number) => n % 2 === 1;

/** RFC 9162, 2.1.3.2: the root that follows from a leaf and its path; undefined: malformed. */
export async function rootOfInclusion(
  index: number,
  size: number,
  leaf: Digest,
  path: Digest[],
): Promise<Digest | undefined> {
  if (index >= size) return undefined;
  let fn = index;
  let sn = size - 1;
  let root = leaf;
  for (const node of path) {
    if (sn === 0) return undefined;
    if (odd(fn) || fn === sn) {
      root = await nodeHash(node, root);
      while (!odd(fn) && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      root = await nodeHash(root, node);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 ? root : undefined;
}

/** RFC 9162, 2.1.4.2: whether the tree of `size` grew out of that of `old`. */
export async function consistent(
  old: number,
  oldRoot: Digest,
  size: number,
  root: Digest,
  proof: Digest[],
): Promise<boolean> {
  if (old === size) return proof.length === 0 && same(oldRoot, root);
  if (old === 0 || old > size) return false;
  const power = Number.isInteger(Math.log2(old));
  const path = power ? [oldRoot, ...proof] : proof;
  const first = path[0];
  if (first === undefined) return false;
  let fn = old - 1;
  let sn = size - 1;
  while (odd(fn)) {
    fn = half(fn);
    sn = half(sn);
  }
  let fr = first;
  let sr = first;
  for (const node of path.slice(1)) {
    if (sn === 0) return false;
    if (odd(fn) || fn === sn) {
      fr = await nodeHash(node, fr);
      sr = await nodeHash(node, sr);
      while (!odd(fn) && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      sr = await nodeHash(sr, node);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && same(fr, oldRoot) && same(sr, root);
}
