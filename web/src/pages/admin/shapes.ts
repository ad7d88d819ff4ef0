// Answers as the hub writes them: what is always there is required here; the OpenAPI document leaves
// every member open.
import type { paths } from "../../api/schema";
import type { Text, User } from "../../api/shapes";

type Rows<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": { items?: (infer I)[] } } } } };
}
  ? I
  : never;

export type Source = Rows<"/api/v1/sources">;
/** With the codes of the units the person acts for, the first one first. */
export type Listed = User & { organization_codes?: string[] };
export type Token = Rows<"/api/v1/tokens"> & {
  login?: string;
  /** SHA-256 of the client certificate that it stands for. */
  certificate?: string;
};
export type Collection = Rows<"/api/v1/collections">;
export type Subscription = Rows<"/api/v1/subscriptions">;
export type Delivery = Rows<"/api/v1/deliveries">;
export type ReferenceSet = Rows<"/api/v1/reference">;
export type Vulnerability = Rows<"/api/v1/vulnerabilities">;

/** What each row of a source would become. */
export interface Preview {
  format: string;
  lines: number;
  items_total: number;
  refused_total: number;
  comments: number;
  items: {
    line: number;
    kind: string;
    value: string;
    original: string;
    confidence: number;
    actionable: boolean;
    notes: Text[];
  }[];
  refusals: { line: number; original: string; code: string; reason: Text }[];
  warnings: Text[];
}

export interface RuleSetHead {
  id: string;
  law: string;
  version: string;
  name: Text;
  document: string;
  issuer: Text;
  issued: string;
  valid: { from: string; last_day: string | null };
  overlays?: string;
  province?: string;
}

export interface Laws {
  rule_sets: (RuleSetHead & { clocks: string[] })[];
  clocks: string[];
  calendar: string;
}

interface Citation {
  law: string;
  version: string;
  article: string;
}

export interface ClockRule {
  id: string;
  name: Text;
  article: string;
  requirements: string[];
  by: Text;
  start: Text;
  floor: boolean;
  lengths: { grades?: string[]; unit: string; length?: number; setting?: string; word?: Text }[];
}

export interface RuleSetBody extends RuleSetHead {
  notes: Text[];
  articles: {
    number: string;
    gist: Text;
    requirements: string[];
    cites?: { cited: Citation; shown: Citation | null; confidence?: string; note?: string }[];
  }[];
  duties: { who: Text; article: string; requirement: string; what: Text }[];
  clocks: ClockRule[];
  settings: {
    id: string;
    default: string;
    choices: string[];
    unit: string;
    article: string;
    requirement: string;
    why: Text;
  }[];
}

export interface Computed {
  clock: string;
  name: Text;
  rule_set: string;
  law: Text;
  article: string;
  requirements: string[];
  start: string;
  start_event: Text;
  due: string;
  due_text: string;
  last_day: string;
  basis: string;
  floor: boolean;
  provisional: boolean;
  setting?: { id: string; value: string; why: Text };
  days: { date: string; counted: boolean; kind: string; why: Text; provisional?: boolean }[];
  explanation: Text;
}

export interface JournalEntry {
  seq: number;
  time: string;
  actor: string;
  org: string;
  action: string;
  subject: string;
  threat: string;
  basis: { rule_set: string; version: string; article: string; requirement: string };
  before: unknown;
  data: unknown;
  prev: string;
  hash: string;
}

export interface SignedHead {
  /** The canonical text that is signed. */
  head: string;
  size: number;
  root: string;
  /** Detached CMS, PEM. */
  signature: string;
  certificate: string;
}

export interface IssuedToken {
  id: string;
  secret: string;
  note?: Text;
}
