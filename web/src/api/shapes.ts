// Answers as the hub writes them: what is always there is required here; the OpenAPI document leaves
// every member open.
import type { paths } from "./schema";

export type Ok<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": infer T } } } };
}
  ? T
  : never;
export type Item<T> = T extends { items?: (infer I)[] } ? I : never;

export interface Text {
  zh: string;
  en: string;
}

export type Threat = Item<Ok<"/api/v1/threats">>;
export type Task = Item<Ok<"/api/v1/tasks">>;
export type Notice = Item<Ok<"/api/v1/notices">>;
export type Appeal = Item<Ok<"/api/v1/appeals">>;
export type Relapse = Item<Ok<"/api/v1/relapses">>;
export type PointRow = Item<Ok<"/api/v1/points">>;
export type Evidence = Ok<"/api/v1/evidence/{id}">;
export type Responsible = Ok<"/api/v1/responsible">;
export type Organization = Item<Ok<"/api/v1/organizations">>;
export type User = Item<Ok<"/api/v1/users">>;
export type SavedSearch = Item<Ok<"/api/v1/searches">>;
export type Clock = NonNullable<Threat["clocks"]>[number];
export type Citation = NonNullable<Clock["basis"]>;
export type CaseIndicator = NonNullable<Threat["indicators"]>[number];
export type Place = NonNullable<
  NonNullable<paths["/api/v1/search"]["get"]["parameters"]["query"]>["in"]
>;

/** Orders that the search offers; a place takes those of its own. */
export type SearchSort = NonNullable<paths["/api/v1/search"]["get"]["parameters"]["query"]>["sort"];

export type Role =
  | "finder"
  | "identifier"
  | "reviewer"
  | "executor"
  | "verifier"
  | "checker"
  | "admin"
  | "auditor";

/** An organisation for which the person may act. */
export interface Side {
  id: string;
  code: string;
  title: Text;
  roles: Role[];
  current: boolean;
}

/** Who is signed in, as seen from the organisation acted for. */
export interface Me {
  user: User & { id: string; login: string; name: string; roles: Role[] };
  organization: Organization & { id: string; code: string; title: Text };
  sides: Side[];
  scopes: string[];
}

/** Where a document may go from here, and under which article. */
export interface Step {
  to: string;
  article: string;
  requirement: string;
  /** `document`: no probe can see it, so the verification is by document (W17-25). */
  by?: string;
}

/** The same, with whose hand it takes; `mine`: of a role that the reader has. */
export interface OpenStep extends Step {
  role: Role;
  mine: boolean;
}

export interface Duty {
  number: string;
  title: string;
  state: string;
  clock?: Clock;
  left_ms?: number;
  overdue?: boolean;
  next: Step[];
  relapse?: { id: string };
}

export interface Duties {
  items: Duty[];
  now: string;
}

export interface RuleSet {
  id: string;
  version: string;
  name: Text;
  document: string;
  issuer: Text;
  articles: { number: string; gist: Text; requirements: string[] }[];
}

/** One page of any list. */
export interface Page<Row> {
  items: Row[];
  next?: string;
}
