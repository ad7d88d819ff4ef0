// Which form belongs to a step that the hub offers. A step without one is shown, and done where
// its page is.
import type { Organization, Step, Text, Threat } from "../api/shapes";
import type { Action, Field } from "../parts/ActionForm";
import { evidence, limit, reason } from "./fields";
import { corrected } from "./submissions";

/** What a number names: `T-2026-000001`, its task `T-2026-000001-1`, `A-2026-000001`. */
export function subjectOf(number: string): "threat" | "task" | "appeal" {
  if (number.startsWith("A-")) return "appeal";
  return number.split("-").length > 3 ? "task" : "threat";
}

type Shape = Omit<Action, "id" | "path"> & { verb: string };

/**
 * Who may be told to dispose (article 8): who carries traffic, names or content, who sells what is flawed,
 * and who runs what is infected. For blocking the hub checks which of them can take it (W17-15).
 */
const DISPOSERS: Organization["type"][] = [
  "operator",
  "resale-operator",
  "registry",
  "registrar",
  "internet-company",
  "security-company",
  "network-unit",
];

const proposals: Field = {
  name: "proposals",
  kind: "rows",
  title: { zh: "处置建议", en: "Proposals" },
  atLeast: 1,
  fields: [
    {
      name: "measure",
      kind: "choice",
      title: { zh: "措施", en: "Measure" },
      words: ["block", "stop-service", "clean", "rectify", "other"],
      initial: "block",
      required: true,
    },
    {
      name: "addressee",
      kind: "unit",
      types: DISPOSERS,
      title: { zh: "处置单位", en: "Addressee" },
      required: true,
    },
    limit,
    { name: "reason", kind: "line", title: { zh: "理由", en: "Reason" } },
  ],
};

const detail: Field = {
  name: "detail",
  kind: "area",
  title: { zh: "处置情况", en: "What was done" },
  required: true,
};

const feedback: Shape = {
  verb: "feedback",
  title: { zh: "反馈处置结果", en: "Feed back the result" },
  fields: [
    {
      name: "outcome",
      kind: "choice",
      title: { zh: "结果", en: "Outcome" },
      words: ["done", "partly", "impossible"],
      initial: "done",
      required: true,
    },
    detail,
    evidence(1),
  ],
};

const byDocument: Shape = {
  verb: "verification",
  title: { zh: "以文件验证", en: "Verify by document" },
  fields: [
    {
      name: "passed",
      kind: "flag",
      title: { zh: "验证通过", en: "It is as ordered" },
      initial: true,
    },
    {
      name: "detail",
      kind: "area",
      title: { zh: "验证情况", en: "What was found" },
      required: true,
    },
    evidence(1),
  ],
};

const probe: Shape = {
  verb: "probe",
  title: { zh: "探测验证", en: "Verify by probe" },
  fields: [],
};

const threatName: Field = {
  name: "threat_name",
  kind: "line",
  title: { zh: "威胁名称", en: "Name of the threat" },
  hint: {
    zh: "移动恶意程序按 YD/T 2439：系统.主要行为.名称.变种，如 a.privacy.emial.d",
    en: "Mobile malware as in YD/T 2439: system.behaviour.name.variant, such as a.privacy.emial.d",
  },
};

const ruling = (word: string, zh: string, en: string): Shape => ({
  verb: "ruling",
  title: { zh, en },
  fields: [reason()],
  fixed: { ruling: word },
});

const SHAPES: Record<string, Shape[]> = {
  "threat:closed-self": [
    { ...feedback, verb: "completion", title: { zh: "自行处置完成", en: "Disposal completed" } },
  ],
  "threat:identifying": [
    {
      verb: "delegation",
      title: { zh: "委托认定", en: "Delegate identification" },
      fields: [
        {
          name: "body",
          kind: "unit",
          types: ["expert-body"],
          title: { zh: "专业机构", en: "Expert body" },
          required: true,
        },
        reason(false),
      ],
    },
  ],
  "threat:identified": [
    {
      verb: "determination",
      title: { zh: "认定并提出建议", en: "Determine and propose" },
      fields: [threatName, reason(), evidence(1), proposals],
      fixed: { confirmed: true },
    },
  ],
  "threat:not-confirmed": [
    {
      verb: "determination",
      title: { zh: "不予认定", en: "Not confirmed" },
      fields: [reason(), evidence(1)],
      fixed: { confirmed: false },
    },
  ],
  "threat:returned": [
    {
      verb: "return",
      title: { zh: "退回补正", en: "Return for correction" },
      fields: [
        {
          name: "defects",
          kind: "lines",
          title: { zh: "须补正的事项（每行一项）", en: "What is missing, one a line" },
          required: true,
        },
      ],
    },
  ],
  "threat:merged": [
    {
      verb: "merge",
      title: { zh: "并入另一事项", en: "Merge into another case" },
      fields: [
        {
          name: "into",
          kind: "line",
          title: { zh: "并入的编号", en: "Number of the other case" },
          required: true,
          hint: { zh: "如 T-2026-000001", en: "such as T-2026-000001" },
        },
        reason(),
      ],
    },
  ],
  "threat:reviewing": [
    {
      verb: "review",
      title: { zh: "批准", en: "Approve" },
      fields: [
        reason(),
        {
          name: "notify",
          kind: "flag",
          title: { zh: "同时签发处置通知", en: "Sign and send the notices at once" },
          initial: true,
        },
      ],
      fixed: { approve: true },
    },
    {
      verb: "review",
      title: { zh: "不予处置", en: "Reject" },
      fields: [reason()],
      fixed: { approve: false },
      danger: true,
    },
  ],
  "task:notified": [
    { verb: "notice", title: { zh: "签发处置通知", en: "Sign the notice" }, fields: [limit] },
  ],
  "task:phone-notified": [
    {
      verb: "phone",
      title: { zh: "先行电话通知", en: "Notify by phone first" },
      fields: [
        {
          name: "callee",
          kind: "line",
          title: { zh: "接听人", en: "Who was called" },
          required: true,
        },
        {
          name: "number",
          kind: "line",
          title: { zh: "电话号码", en: "Phone number" },
          required: true,
        },
        {
          name: "content",
          kind: "area",
          title: { zh: "通知内容", en: "What was said" },
          required: true,
        },
        { ...reason(), title: { zh: "紧急的理由", en: "Why it could not wait" } },
      ],
    },
  ],
  "task:withdrawn": [
    {
      verb: "withdrawal",
      title: { zh: "撤回措施", en: "Withdraw the measure" },
      fields: [reason()],
      danger: true,
    },
  ],
  "task:disposing": [
    { verb: "acknowledgement", title: { zh: "确认收到", en: "Acknowledge" }, fields: [] },
  ],
  "task:fed-back": [feedback],
  "task:lifted": [{ ...feedback, title: { zh: "反馈解除结果", en: "Feed back the lift" } }],
  "task:verifying": [probe],
  "task:verified": [probe],
  "task:lift-verified": [probe],
  "task:breach": [
    {
      verb: "breach",
      title: { zh: "认定未按要求处置", en: "Establish a breach" },
      fields: [reason()],
      danger: true,
    },
  ],
  "appeal:accepted": [
    {
      verb: "admission",
      title: { zh: "受理", en: "Admit" },
      fields: [
        reason(false),
        {
          name: "suspend",
          kind: "flag",
          title: { zh: "核查期间中止措施", en: "Suspend the measure while it is checked" },
        },
      ],
      fixed: { admit: true },
    },
  ],
  "appeal:inadmissible": [
    {
      verb: "admission",
      title: { zh: "不予受理", en: "Do not admit" },
      fields: [reason()],
      fixed: { admit: false },
      danger: true,
    },
  ],
  "appeal:checking": [
    { verb: "check", title: { zh: "组织核查", en: "Start the check" }, fields: [reason()] },
  ],
  "appeal:upheld": [ruling("upheld", "申诉成立", "Uphold")],
  "appeal:partly-upheld": [
    {
      ...ruling("partly-upheld", "部分成立", "Uphold in part"),
      fields: [
        reason(),
        {
          name: "lifted",
          kind: "lines",
          title: { zh: "予以解除的指标（每行一个）", en: "Indicators to lift, one a line" },
          required: true,
        },
      ],
    },
  ],
  "appeal:dismissed": [ruling("dismissed", "申诉不成立", "Dismiss")],
  "appeal:answered": [
    { verb: "answer", title: { zh: "答复申诉人", en: "Answer" }, fields: [reason()] },
  ],
};

/** Steps without a form of their own: taken on another page, by a command, or by the hub itself. */
const NAMES: Record<string, Text> = {
  "threat:self-disposing": { zh: "自行处置", en: "Dispose of it oneself" },
  "threat:submitted": { zh: "补正后重新提交", en: "Submit again, corrected" },
  "threat:approved": { zh: "批准", en: "Approve" },
  "threat:rejected": { zh: "不予处置", en: "Reject" },
  "threat:closed": { zh: "办结", en: "Close the case" },
  "threat:reopened": { zh: "重新立案", en: "Reopen" },
  "threat:archived": { zh: "归档", en: "Archive" },
  "threat:purged": { zh: "清除", en: "Delete for good" },
  "task:verify-failed": { zh: "验证", en: "Verify" },
  "task:lift-ordered": { zh: "责令解除", en: "Order the lift" },
};

const ROUTES = { threat: "threats", task: "tasks", appeal: "appeals" };

/**
 * The forms of a step of the document with this number; `relapse` names what came back. A returned case
 * is corrected where the case itself is known, because its form begins with what was said.
 */
export function actionsOf(number: string, step: Step, relapse?: string, threat?: Threat): Action[] {
  if (step.to === "submitted" && threat) return [corrected(number, threat)];
  if (step.to === "reopened" && relapse) {
    return [
      {
        id: `${relapse}:reopen`,
        title: { zh: "重新立案", en: "Reopen" },
        path: `/api/v1/relapses/${relapse}/reopen`,
        fields: [reason()],
      },
    ];
  }
  const subject = subjectOf(number);
  const shapes = SHAPES[`${subject}:${step.to}`] ?? [];
  // What no probe can see is verified by document (W17-25).
  const shown = step.by === "document" ? shapes.map((s) => (s === probe ? byDocument : s)) : shapes;
  return shown.map(({ verb, ...rest }, i) => ({
    ...rest,
    id: `${number}:${step.to}:${i}`,
    path: `/api/v1/${ROUTES[subject]}/${encodeURIComponent(number)}/${verb}`,
  }));
}

/** Refusals stand beside the step that goes on, never in its place. */
export const REFUSALS = new Set([
  "not-confirmed",
  "inadmissible",
  "rejected",
  "dismissed",
  "breach",
]);

/** The same steps, refusals after those that go on. */
export function inOrder<T extends { to: string }>(steps: T[]): T[] {
  const refuses = (step: T) => Number(REFUSALS.has(step.to));
  return [...steps].sort((a, b) => refuses(a) - refuses(b));
}

/** What is to be done in a step, where the state it leads to would say what is not true yet. */
export function titlesOf(number: string, step: Step): Text[] {
  const actions = actionsOf(number, step);
  if (actions.length > 0) return actions.map((action) => action.title);
  const name = NAMES[`${subjectOf(number)}:${step.to}`];
  return name ? [name] : [];
}
