// Fields that several steps ask for.
import type { Text } from "../api/shapes";
import type { Field } from "../parts/ActionForm";

export const reason = (required = true): Field => ({
  name: "reason",
  kind: "area",
  title: { zh: "理由", en: "Reason" },
  required,
});

export const evidence = (atLeast: number): Field => ({
  name: "evidence",
  kind: "rows",
  files: true,
  title: { zh: "证据", en: "Evidence" },
  atLeast,
  fields: [
    { name: "title", kind: "line", title: { zh: "名称", en: "Title" }, required: true },
    { name: "content", kind: "area", title: { zh: "内容", en: "Content" }, required: true },
  ],
});

export const limit: Field = {
  name: "limit",
  kind: "line",
  title: { zh: "处置时限", en: "Time limit" },
  hint: { zh: "如 24h、3wd（工作日）", en: "such as 24h or 3wd (working days)" },
};

export const TLP: Record<string, Text> = {
  clear: { zh: "CLEAR（可公开）", en: "CLEAR" },
  green: { zh: "GREEN（行业内）", en: "GREEN" },
  amber: { zh: "AMBER（本单位及客户）", en: "AMBER" },
  "amber+strict": { zh: "AMBER+STRICT（仅本单位）", en: "AMBER+STRICT" },
  red: { zh: "RED（仅收件人）", en: "RED" },
};

export const tlp = (name: string, title: Text, initial?: string, note?: Text): Field => ({
  name,
  kind: "choice",
  title,
  note,
  words: Object.keys(TLP),
  labels: TLP,
  initial,
});
