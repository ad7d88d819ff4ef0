// What went wrong, as the hub says it (RFC 9457, bilingual) or as the network says it.
import type { components } from "./schema";

type Body = Partial<components["schemas"]["Problem"]>;

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  /** Where in the input. */
  readonly field: string;
  /** The requirement, article or standard that was, or would be, broken. */
  readonly rule: string;
  readonly requestId: string;
  readonly title: { zh: string; en: string };
  readonly detail: { zh: string; en: string };

  constructor(status: number, body: Body) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? (status === 0 ? "offline" : "internal");
    this.field = body.field ?? "";
    this.rule = body.rule ?? "";
    this.requestId = body.request_id ?? "";
    const title = body.title ?? `HTTP ${status}`;
    this.title = { zh: body.title_zh ?? title, en: title };
    this.detail = { zh: body.detail_zh ?? body.detail ?? "", en: body.detail ?? "" };
  }
}

/** The hub could not be reached. */
export function offline(): Problem {
  return new Problem(0, { title: "The hub does not answer", title_zh: "枢纽没有应答" });
}

/** Whatever was thrown, as a problem that can be shown. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new Problem(-1, { title: "The page failed", title_zh: "页面出错", detail: text });
}
