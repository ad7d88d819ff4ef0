import { counted } from "../counted";
import type { Same } from "../use";
import type { journal as zh } from "../zh/journal";

export const journal: Same<typeof zh> = {
  title: "Journal and proofs",
  purpose:
    "All that happened, newest first; this browser proves each entry itself and need not believe the hub.",
  help: "The hash of an entry covers its content and the hash before it, and goes into a Merkle tree (RFC 9162) whose head the hub signs. This page fetches proofs and computes them again with WebCrypto. The browser remembers the heads it saw and checks next time that the journal only grew.",
  proofs: "Head and consistency",
  proofsHint: "Checks the hub's signature of the head, and that the journal only grew since last.",
  checkHead: "Check the head",
  checkEntry: "Check this entry",
  insecure:
    "Browsers offer WebCrypto only over HTTPS or on this machine; nothing can be checked here.",
  right: "right",
  wrong: "wrong",
  notChecked: "not checked",
  sm2: "The head is signed with SM2, which browsers cannot check; use tocsin journal verify.",
  headSigned: (size: string) =>
    `The hub's signature of the head over ${counted(size, "entry", "entries")} is valid`,
  grew: (size: string, at: string) =>
    `The journal only grew since the head of ${counted(size, "entry", "entries")} seen at ${at}`,
  firstHead: "The first head this browser sees; remembered for the next time",
  otherKey: "Signed with another certificate than last time: ask the platform whether keys changed",
  root: "Root",
  content: "The content fits its hash",
  included: (size: string, steps: string) =>
    `It is in the tree of ${counted(size, "entry", "entries")} (a path of ${counted(steps, "step")})`,
  entry: (seq: string) => `Entry ${seq}`,
  seq: "Number",
  time: "Time",
  action: "Action",
  code: "Code",
  subjectId: "Its id",
  subject: "Subject",
  actor: "Who",
  unit: "Unit",
  basis: "Basis",
  hash: "Hash",
  prev: "Hash before",
  before: "Before",
  data: "What changed",
  find: "Find by subject",
  findHint: "number of a case, task or appeal, a login, an id",
  about: "About",
  withoutSignIns: "Hide sign-ins",
};
