// A detached CMS signature (RFC 5652) with one signer, ECDSA on P-256 with SHA-256: as much of DER as
// that needs. SM2 is not something a browser can check; then it says so.
import { type Digest, same, sha256 } from "./merkle";

export type Verdict = "valid" | "invalid" | "unsupported";

interface Node {
  tag: number;
  /** With tag and length. */
  raw: Digest;
  body: Digest;
}

function read(bytes: Digest, at: number): { node: Node; end: number } {
  const tag = bytes[at];
  let length = bytes[at + 1];
  let start = at + 2;
  if (tag === undefined || length === undefined) throw new Error("DER ends early");
  if (length & 0x80) {
    const count = length & 0x7f;
    if (count === 0 || count > 4) throw new Error("not DER");
    length = 0;
    for (let i = 0; i < count; ++i) length = length * 256 + (bytes[start + i] ?? 0);
    start += count;
  }
  const end = start + length;
  if (end > bytes.length) throw new Error("DER ends early");
  return { node: { tag, raw: bytes.slice(at, end), body: bytes.slice(start, end) }, end };
}

function children(of: Node): Node[] {
  const out: Node[] = [];
  for (let at = 0; at < of.body.length; ) {
    const { node, end } = read(of.body, at);
    out.push(node);
    at = end;
  }
  return out;
}

/** The child with this position, which must be there. */
function child(of: Node, index: number): Node {
  const found = children(of)[index];
  if (!found) throw new Error("not the expected structure");
  return found;
}

export function pemBytes(pem: string): Digest {
  const text = atob(pem.replace(/-----[^-]*-----|\s/g, ""));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

const hex = (bytes: Digest) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const MESSAGE_DIGEST = "2a864886f70d010904";
const P256 = "2a8648ce3d030107";

/** SubjectPublicKeyInfo of a certificate. */
function publicKeyInfo(certificate: Digest): Node {
  const parts = children(child(read(certificate, 0).node, 0));
  const versioned = parts[0]?.tag === 0xa0 ? 1 : 0;
  const info = parts[versioned + 5];
  if (!info) throw new Error("not a certificate");
  return info;
}

/** Two integers as WebCrypto wants them: 32 bytes each. */
function plainSignature(der: Digest): Digest {
  const { node, end } = read(der, 0);
  const numbers = children(node);
  if (node.tag !== 0x30 || end !== der.length || numbers.length !== 2) {
    throw new Error("not a signature");
  }
  const out = new Uint8Array(64);
  for (const [i, number] of numbers.entries()) {
    const digits = number.body[0] === 0 ? number.body.slice(1) : number.body;
    if (number.tag !== 0x02 || digits.length > 32) throw new Error("not a signature");
    out.set(digits, i * 32 + 32 - digits.length);
  }
  return out;
}

interface Signed {
  /** What is signed, and which digest of the text it states. */
  message: Digest;
  digest: Digest;
  signature: Digest;
}

function signedIn(signaturePem: string): Signed {
  const signed = child(child(read(pemBytes(signaturePem), 0).node, 1), 0);
  const signers = children(signed)
    .filter((n) => n.tag === 0x31)
    .at(-1);
  const parts = signers ? children(child(signers, 0)) : [];
  const attributes = parts.find((n) => n.tag === 0xa0);
  const value = parts.find((n) => n.tag === 0x04);
  if (!attributes || !value) throw new Error("no signed attributes");
  const digest = children(attributes).find((a) => hex(child(a, 0).body) === MESSAGE_DIGEST);
  if (!digest) throw new Error("no digest of the text");
  // What is signed is the SET of the attributes, whose tag the structure hides (RFC 5652, 5.4).
  const message = attributes.raw.slice();
  message[0] = 0x31;
  return {
    message,
    digest: child(child(digest, 1), 0).body,
    signature: plainSignature(value.body),
  };
}

/** What cannot be read proves nothing. */
function readable<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** Whether the certificate's key signed exactly this text. */
export async function verifyDetached(
  text: string,
  signaturePem: string,
  certificatePem: string,
): Promise<Verdict> {
  const info = readable(() => {
    const node = publicKeyInfo(pemBytes(certificatePem));
    return { raw: node.raw, supported: hex(child(node, 0).body).endsWith(P256) };
  });
  if (!info) return "invalid";
  if (!info.supported) return "unsupported";
  const signed = readable(() => signedIn(signaturePem));
  if (!signed || !same(signed.digest, await sha256(new TextEncoder().encode(text)))) {
    return "invalid";
  }
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle
    .importKey("spki", info.raw, curve, false, ["verify"])
    .catch(() => undefined); // no point of the curve
  if (!key) return "invalid";
  const how = { name: "ECDSA", hash: "SHA-256" };
  const good = await crypto.subtle.verify(how, key, signed.signature, signed.message);
  return good ? "valid" : "invalid";
}
