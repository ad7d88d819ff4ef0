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
  const out = new Uint8Array(64);
  for (const [i, number] of children(read(der, 0).node).entries()) {
    const digits = number.body[0] === 0 ? number.body.slice(1) : number.body;
    if (i > 1 || digits.length > 32) throw new Error("not a signature");
    out.set(digits, i * 32 + 32 - digits.length);
  }
  return out;
}

/** Whether the certificate's key signed exactly this text. */
export async function verifyDetached(
  text: string,
  signaturePem: string,
  certificatePem: string,
): Promise<Verdict> {
  const info = publicKeyInfo(pemBytes(certificatePem));
  if (!hex(child(info, 0).body).endsWith(P256)) return "unsupported";
  const signed = child(child(read(pemBytes(signaturePem), 0).node, 1), 0);
  const signers = children(signed)
    .filter((n) => n.tag === 0x31)
    .at(-1);
  const signer = signers && children(signers)[0];
  const attributes = signer && children(signer).find((n) => n.tag === 0xa0);
  const value = signer && children(signer).find((n) => n.tag === 0x04);
  if (!attributes || !value) return "invalid";
  const digest = children(attributes).find((a) => hex(child(a, 0).body) === MESSAGE_DIGEST);
  const said = digest && child(child(digest, 1), 0).body;
  const computed = await sha256(new TextEncoder().encode(text));
  if (!said || !same(said, computed)) return "invalid";
  // What is signed is the SET of the attributes, whose tag the structure hides (RFC 5652, 5.4).
  const message = attributes.raw.slice();
  message[0] = 0x31;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("spki", info.raw, curve, false, ["verify"]);
  const how = { name: "ECDSA", hash: "SHA-256" };
  const good = await crypto.subtle.verify(how, key, plainSignature(value.body), message);
  return good ? "valid" : "invalid";
}
