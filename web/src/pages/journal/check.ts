// What this browser can prove of the journal by itself: that the head is signed, that an entry is what
// it was, that it is in the tree, and that the journal only grew since a head that was seen before.
import { api, data } from "../../api/client";
import type { JournalEntry, SignedHead } from "../admin/shapes";
import { type Verdict, verifyDetached } from "./cms";
import { consistent, entryHash, fromHex, leafHash, rootOfInclusion, same } from "./merkle";

/** A head as this browser keeps it to hold the hub to its word. */
export interface SeenHead {
  size: number;
  root: string;
  at: string;
  certificate: string;
}

const KEY = "tocsin.journal.heads";

export function seenHead(): SeenHead | undefined {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export async function fetchHead(): Promise<SignedHead> {
  return (await data(api.GET("/api/v1/journal/head"))) as unknown as SignedHead;
}

export interface HeadCheck {
  signature: Verdict;
  /** The signed text says the same size and root as the answer around it. */
  matches: boolean;
  /** Undefined: this browser saw no head before. */
  grew?: boolean;
  before?: SeenHead;
  /** The key is the one of the head that was seen before. */
  sameKey: boolean;
  head: SignedHead;
}

async function path(answer: Promise<{ data?: unknown }>) {
  return ((await data(answer)) as { path: string[] }).path.map(fromHex);
}

/** Checks the head of now, against the one seen before too, and remembers it when all is well. */
export async function checkHead(): Promise<HeadCheck> {
  const head = await fetchHead();
  const before = seenHead();
  const signed = JSON.parse(head.head) as { size: number; root: string; time: string };
  const matches = signed.size === head.size && signed.root === head.root;
  const signature = await verifyDetached(head.head, head.signature, head.certificate);
  let grew: boolean | undefined;
  if (before) {
    const proof =
      before.size < head.size
        ? await path(
            api.GET("/api/v1/journal/consistency", {
              params: { query: { old: String(before.size), size: String(head.size) } },
            }),
          )
        : [];
    const root = fromHex(head.root);
    grew = await consistent(before.size, fromHex(before.root), head.size, root, proof);
  }
  const sameKey = before === undefined || before.certificate === head.certificate;
  if (matches && signature !== "invalid" && grew !== false) {
    const seen: SeenHead = {
      size: head.size,
      root: head.root,
      at: signed.time,
      certificate: head.certificate,
    };
    localStorage.setItem(KEY, JSON.stringify(seen));
  }
  return { signature, matches, grew, before, sameKey, head };
}

export interface EntryCheck {
  /** Its content fits its hash. */
  content: boolean;
  /** Its hash is in the tree of the head. */
  included: boolean;
  steps: number;
  head: HeadCheck;
}

export async function checkEntry(entry: JournalEntry): Promise<EntryCheck> {
  const head = await checkHead();
  const hash = await entryHash(entry);
  const proof = await path(
    api.GET("/api/v1/journal/proof", {
      params: { query: { seq: String(entry.seq), size: String(head.head.size) } },
    }),
  );
  const leaf = await leafHash(hash);
  const root = await rootOfInclusion(entry.seq - 1, head.head.size, leaf, proof);
  return {
    content: same(hash, fromHex(entry.hash)),
    included: root !== undefined && same(root, fromHex(head.head.root)),
    steps: proof.length,
    head,
  };
}
