// The forms by which something new is submitted (article 6).
import type { Step, Threat } from "../api/shapes";
import type { Action } from "../parts/ActionForm";
import { evidence, tlp } from "./fields";

export const submission: Step = { to: "submitted", article: "6", requirement: "W17-07" };

const SUBTYPES = [
  "malicious-domain",
  "malicious-url",
  "malicious-ip",
  "malicious-message",
  "c2-server",
  "phishing-site",
  "phishing-message",
  "distribution-server",
  "attack-source",
  "trojan",
  "virus",
  "bot-program",
  "mobile-malware",
  "hardware-flaw",
  "code-flaw",
  "business-logic-flaw",
  "weak-password",
  "backdoor",
  "controlled-host",
  "data-leak",
  "defacement",
  "other",
];

const provinces = {
  name: "provinces",
  kind: "provinces",
  title: { zh: "涉及的省份", en: "Provinces concerned" },
} as const;

const classes = ["malicious-resource", "malware", "hidden-danger", "incident", "other"];

export const byHand: Action = {
  id: "submit",
  title: { zh: "提交威胁信息", en: "Submit a threat" },
  path: "/api/v1/threats",
  fields: [
    { name: "title", kind: "line", title: { zh: "标题", en: "Title" }, required: true },
    {
      name: "class",
      kind: "choice",
      title: { zh: "类别（第二条）", en: "Class (article 2)" },
      words: classes,
      initial: "malicious-resource",
      required: true,
    },
    {
      name: "subtype",
      kind: "choice",
      title: { zh: "具体类型", en: "Subtype" },
      words: SUBTYPES,
      initial: "malicious-domain",
      required: true,
    },
    {
      name: "certainty",
      kind: "choice",
      title: { zh: "危害", en: "Harm" },
      words: ["possible", "actual"],
      required: true,
    },
    {
      name: "indicators",
      kind: "lines",
      title: { zh: "指标（每行一个）", en: "Indicators, one a line" },
      hint: {
        zh: "域名、网址、IP 地址、摘要等",
        en: "Domains, URLs, addresses, digests and the like",
      },
      required: true,
    },
    { name: "description", kind: "area", title: { zh: "说明", en: "Description" } },
    provinces,
    tlp("tlp", { zh: "共享级别（TLP）", en: "TLP" }, "amber", {
      zh: "公众网站只公布 CLEAR 的事项，AMBER 不公布",
      en: "the public site publishes CLEAR alone; AMBER is not published",
    }),
    evidence(1),
  ],
};

/** A case that was returned, submitted again: begins with what was said before (W17-07). */
export function corrected(number: string, threat: Threat): Action {
  const before: Record<string, unknown> = {
    ...threat,
    indicators: threat.indicators?.map((i) => `${i.kind}:${i.value}`),
  };
  return {
    id: `${number}:resubmission`,
    title: { zh: "补正后重新提交", en: "Submit again, corrected" },
    path: `/api/v1/threats/${encodeURIComponent(number)}/resubmission`,
    fields: byHand.fields.map((field) =>
      field.kind === "rows"
        ? { ...evidence(0), title: { zh: "补充的证据", en: "Further evidence" } }
        : { ...field, initial: before[field.name] ?? field.initial },
    ),
    fixed: kept(before),
  };
}

/** What the form does not ask for stays as it was. */
function kept(before: Record<string, unknown>): Record<string, unknown> {
  const names = ["subtype_text", "imitates", "owner"];
  names.push("target_is_party_gov", "target_is_cii");
  return Object.fromEntries(
    names.filter((name) => before[name] !== undefined).map((name) => [name, before[name]]),
  );
}

/** Submission of what an import brought, merged into distinct cases. */
export function ofImport(id: string): Action {
  return {
    id: `${id}:submission`,
    title: { zh: "归并并提交为威胁", en: "Merge and submit as threats" },
    path: `/api/v1/imports/${encodeURIComponent(id)}/submission`,
    fields: [
      { name: "title", kind: "line", title: { zh: "标题前缀", en: "Prefix of the titles" } },
      provinces,
    ],
  };
}
