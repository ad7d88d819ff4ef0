// The desks: whose, which steps they take, and how the sample of a decision in bulk is drawn.
import { inOrder } from "../../acts/steps";
import type { Duty, Role, Step, Text } from "../../api/shapes";
import type { PageEntry } from "../../app/pages";

export interface Desk {
  id: string;
  roles: Role[];
  title: Text;
  purpose: Text;
  /** Steps whose duties wait here, by the state they lead to. */
  steps: string[];
  /** Steps that nobody is waited for to take, offered in the pane: by the state they lead to. */
  also?: string[];
  /** Tasks of this state stand here besides what waits. */
  tasks?: string;
  /** Where decisions in bulk need that some of them were read, drawn by chance. */
  sampled?: boolean;
  key: string;
}

export const desks: Desk[] = [
  {
    id: "triage",
    key: "d",
    roles: ["reviewer"],
    title: { zh: "受理与归并", en: "Receiving and merging" },
    purpose: {
      zh: "查看新提交的威胁，退回补正、与同一事项归并，或委托专业机构认定。",
      en: "Look at what was submitted: return it, merge it with the same case, or delegate it.",
    },
    steps: ["identifying", "reopened"],
    also: ["returned", "merged"],
  },
  {
    id: "determination",
    key: "i",
    roles: ["identifier"],
    title: { zh: "认定", en: "Determination" },
    purpose: {
      zh: "对照证据认定威胁、命名，并提出处置建议。",
      en: "Weigh the evidence, name the threat and propose what is to be done.",
    },
    steps: ["identified", "not-confirmed"],
  },
  {
    id: "review",
    key: "r",
    roles: ["reviewer"],
    title: { zh: "审查决定", en: "Review" },
    purpose: {
      zh: "对照证据、建议与误伤检查，批准或不予处置；可批量办理。",
      en: "Decide with evidence, proposal and the guard's findings in view; in bulk too.",
    },
    steps: ["reviewing", "approved", "rejected"],
    sampled: true,
  },
  {
    id: "notices",
    key: "n",
    roles: ["reviewer"],
    title: { zh: "处置通知", en: "Notices" },
    purpose: {
      zh: "签发处置通知；紧急的先电话通知，随后补发书面通知。",
      en: "Sign notices; what cannot wait is told by phone first, and the paper follows.",
    },
    steps: ["notified"],
    also: ["phone-notified", "withdrawn"],
  },
  {
    id: "feedback",
    key: "f",
    roles: ["executor"],
    title: { zh: "处置与反馈", en: "Disposal and feedback" },
    purpose: {
      zh: "签收通知、确认收到，处置后附证据反馈结果。",
      en: "Sign for notices, acknowledge, and feed the result back with its evidence.",
    },
    steps: ["disposing", "fed-back", "lifted"],
  },
  {
    id: "verification",
    key: "v",
    roles: ["verifier"],
    title: { zh: "验证", en: "Verification" },
    purpose: {
      zh: "通过处置单位的解析器探测，或以文件验证；探测记录留在此处。",
      en: "Probe through the addressee's resolver or verify by document; transcripts stay here.",
    },
    steps: ["verifying", "verified", "lift-verified"],
  },
  {
    id: "appeals",
    key: "a",
    roles: ["checker"],
    title: { zh: "申诉", en: "Appeals" },
    purpose: {
      zh: "受理、核查、作出结论并答复申诉人，各环节时限一并列出。",
      en: "Admit, check, rule and answer, each step with its clock.",
    },
    steps: [
      "accepted",
      "inadmissible",
      "checking",
      "upheld",
      "partly-upheld",
      "dismissed",
      "answered",
    ],
  },
  {
    id: "sanctions",
    key: "s",
    roles: ["reviewer"],
    title: { zh: "违规与处罚", en: "Breaches and sanctions" },
    purpose: {
      zh: "对逾期未处置的认定违规，依法约谈、警告或罚款。",
      en: "Establish that an order was not obeyed, and talk, warn or fine under the law.",
    },
    steps: ["breach"],
    tasks: "breach",
  },
];

const page = () => import("./Desk");

export const deskPages: PageEntry[] = [
  {
    path: "/desks/intake",
    title: { zh: "导入与提交", en: "Intake" },
    load: () => import("./Intake"),
    group: "work",
    key: "m",
    roles: ["finder"],
  },
  ...desks.map(
    (desk): PageEntry => ({
      path: `/desks/${desk.id}`,
      title: desk.title,
      load: page,
      group: "work",
      key: desk.key,
      roles: desk.roles,
    }),
  ),
];

/** What of the duties stands on this desk, in the hub's order: by the time that is left. */
export function queueOf(desk: Desk, duties: Duty[]): Duty[] {
  return duties
    .map((duty) => ({
      ...duty,
      next: inOrder(duty.next.filter((s) => desk.steps.includes(s.to))),
    }))
    .filter((duty) => duty.next.length > 0);
}

/** Steps that are offered in the pane: what waits, and what may be done besides. */
export function stepsOf(desk: Desk, waiting: Step[], possible: (Step & { mine?: boolean })[]) {
  const more = possible.filter((s) => s.mine && desk.also?.includes(s.to));
  return [...waiting, ...more.filter((s) => !waiting.some((w) => w.to === s.to))];
}

/** How many of `count` are to be read before all are decided alike: the root, two at least. */
export function sampleSize(count: number): number {
  return Math.min(count, Math.max(2, Math.ceil(Math.sqrt(count))));
}

/** Which ones: drawn without replacement by `below`, a number from 0 to one less than it is given. */
export function draw<T>(from: T[], size: number, below: (n: number) => number): T[] {
  const left = [...from];
  const out: T[] = [];
  while (out.length < size && left.length > 0) out.push(...left.splice(below(left.length), 1));
  return out;
}

/** An unpredictable number: nobody chooses which cases are read. */
export function randomBelow(n: number): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % n;
}
