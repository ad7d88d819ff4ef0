// Forms of what comes in and goes out: sources, collections, subscriptions.
import { tlp } from "../../acts/fields";
import type { Text } from "../../api/shapes";
import type { Action, Field } from "../../parts/ActionForm";
import type { Source } from "./shapes";

/** Numbers and words that are not filled in are left out, so the hub's own defaults hold. */
export function sourceTerms(now?: Source): Field[] {
  const terms = now?.terms;
  return [
    {
      name: "terms.kind",
      kind: "choice",
      title: { zh: "获取方式", en: "How it comes" },
      words: ["url", "file", "directory", "taxii", "misp-feed", "mailbox", "push"],
      labels: { url: { zh: "网址（HTTP）", en: "address (HTTP)" } },
      initial: terms?.kind ?? "url",
      required: true,
    },
    {
      name: "terms.location",
      kind: "line",
      title: { zh: "位置", en: "Where" },
      hint: {
        zh: "网址，或来源目录下的路径；推送来源留空",
        en: "an address, or a path below the source folder; empty for push",
      },
      initial: terms?.location,
    },
    {
      name: "terms.format",
      kind: "line",
      title: { zh: "格式", en: "Format" },
      hint: { zh: "留空则首次读取时识别", en: "empty: found out at the first run" },
      initial: terms?.format,
    },
    {
      name: "terms.csv",
      kind: "line",
      title: { zh: "表格列对应", en: "Columns of a table" },
      hint: {
        zh: "用于 CSV 与 XLSX，如 value:#1,label:家族,sheet:名单",
        en: "for CSV and XLSX: value:#1,label:Malware,sheet:List",
      },
      initial: terms?.csv,
    },
    {
      name: "terms.every_minutes",
      kind: "number",
      title: { zh: "读取间隔（分钟，0 为仅手动）", en: "Every so many minutes (0: by hand)" },
      initial: terms?.every_minutes ?? 60,
    },
    {
      name: "terms.confidence",
      kind: "number",
      title: { zh: "默认可信度（0–100）", en: "Confidence where a line states none (0–100)" },
      initial: terms?.confidence ?? 50,
    },
    tlp("terms.tlp", { zh: "默认共享级别", en: "TLP where a line states none" }, terms?.tlp),
    {
      name: "terms.complete",
      kind: "flag",
      title: {
        zh: "每次都是全量名单：未再出现的即撤回",
        en: "Each run is the whole list: what is gone is withdrawn",
      },
      initial: terms?.complete,
    },
    {
      name: "terms.valid_hours",
      kind: "number",
      title: { zh: "有效时长（小时，0 为不限）", en: "Valid for hours (0: without end)" },
      initial: terms?.valid_hours ?? 0,
    },
    {
      name: "terms.private_addresses",
      kind: "flag",
      title: { zh: "来源位于内部网络", en: "The source lies in a private network" },
      initial: terms?.private_addresses,
    },
    {
      name: "terms.access.kind",
      kind: "choice",
      title: { zh: "访问方式", en: "Access" },
      words: ["none", "bearer", "basic", "header"],
      labels: { none: { zh: "无需凭据", en: "no credential" } },
      initial: terms?.access?.kind ?? "none",
    },
    {
      name: "terms.access.login",
      kind: "line",
      title: { zh: "用户名", en: "Login" },
      initial: terms?.access?.login,
    },
    {
      name: "terms.access.header",
      kind: "line",
      title: { zh: "请求头名称", en: "Name of the header" },
      initial: terms?.access?.header,
    },
    {
      name: "credential",
      kind: "secret",
      title: {
        zh: "凭据（封存于枢纽，不再显示；留空则不变）",
        en: "Credential (sealed in the hub, never shown; empty: as it is)",
      },
    },
  ];
}

export const addSource: Action = {
  id: "add-source",
  title: { zh: "登记来源", en: "Define a source" },
  path: "/api/v1/sources",
  fields: [
    {
      name: "name",
      kind: "line",
      title: { zh: "名称", en: "Name" },
      hint: { zh: "如 urlhaus，登记后不变", en: "such as urlhaus; it never changes" },
      required: true,
    },
    ...sourceTerms(),
  ],
};

export function changeSource(source: Source): Action {
  return {
    id: `source:${source.name}`,
    title: { zh: "变更条件", en: "Change its terms" },
    path: "/api/v1/sources",
    fixed: { name: source.name },
    fields: sourceTerms(source),
  };
}

const titles: Field[] = [
  {
    name: "title.zh",
    kind: "line",
    title: { zh: "中文名称", en: "Chinese title" },
    required: true,
  },
  {
    name: "title.en",
    kind: "line",
    title: { zh: "英文名称", en: "English title" },
    required: true,
  },
];

export const addCollection: Action = {
  id: "add-collection",
  title: { zh: "设立集合", en: "Make a collection" },
  path: "/api/v1/collections",
  fields: [
    {
      name: "alias",
      kind: "line",
      title: { zh: "代号", en: "Alias" },
      hint: { zh: "如 members", en: "such as members" },
      required: true,
    },
    ...titles,
    tlp("ceiling", { zh: "最高共享级别", en: "Nothing stricter than" }, "green"),
    {
      name: "projection",
      kind: "flag",
      title: {
        zh: "由已认定事项自动形成（只读）",
        en: "Made from determined cases by itself (read only)",
      },
    },
  ],
};

export function grant(collection: string): Action {
  return {
    id: `grant:${collection}`,
    title: { zh: "授予读写权限", en: "Grant reading and writing" },
    path: `/api/v1/collections/${encodeURIComponent(collection)}/grants`,
    fields: [
      { name: "organization", kind: "unit", title: { zh: "单位", en: "Unit" }, required: true },
      { name: "read", kind: "flag", title: { zh: "可读", en: "May read" }, initial: true },
      { name: "write", kind: "flag", title: { zh: "可写", en: "May write" } },
    ],
  };
}

export const RHYTHMS: Record<string, Text> = {
  immediate: { zh: "即时", en: "at once" },
  hourly: { zh: "每小时汇总", en: "hourly digest" },
  daily: { zh: "每日汇总", en: "daily digest" },
  "working-days": { zh: "工作日汇总", en: "digest on working days" },
};

export const CHANNELS: Record<string, Text> = {
  webhook: { zh: "Webhook", en: "webhook" },
  mail: { zh: "电子邮件", en: "mail" },
};

export const addSubscription: Action = {
  id: "add-subscription",
  title: { zh: "设立订阅", en: "Subscribe a unit" },
  path: "/api/v1/subscriptions",
  fields: [
    { name: "organization", kind: "unit", title: { zh: "单位", en: "Unit" }, required: true },
    { name: "label", kind: "line", title: { zh: "名称", en: "Name" }, required: true },
    {
      name: "concern.provinces",
      kind: "provinces",
      title: { zh: "关注省份", en: "Provinces" },
      note: {
        zh: "关注的各项全部留空即不限",
        en: "with every concern left empty: any",
      },
    },
    {
      name: "concern.networks",
      kind: "tags",
      title: { zh: "关注网段", en: "Networks" },
      hint: { zh: "如 192.0.2.0/24", en: "such as 192.0.2.0/24" },
    },
    { name: "concern.domains", kind: "tags", title: { zh: "关注域名（含下级）", en: "Domains" } },
    tlp("ceiling", { zh: "最高共享级别", en: "Nothing stricter than" }, "green", {
      zh: "事项默认为 AMBER，如需收到请选 AMBER",
      en: "cases are AMBER unless somebody says otherwise: choose AMBER to get them",
    }),
    {
      name: "channel",
      kind: "choice",
      title: { zh: "渠道", en: "Channel" },
      words: Object.keys(CHANNELS),
      labels: CHANNELS,
      initial: "webhook",
      required: true,
    },
    {
      name: "address",
      kind: "line",
      title: { zh: "地址", en: "Address" },
      hint: {
        zh: "回调网址或邮箱；邮件须枢纽配置邮件服务器（--smtp）",
        en: "an address to call, or a mail address; mail needs a mail server of the hub (--smtp)",
      },
      required: true,
    },
    {
      name: "rhythm",
      kind: "choice",
      title: { zh: "频次", en: "Rhythm" },
      words: Object.keys(RHYTHMS),
      labels: RHYTHMS,
      initial: "immediate",
      required: true,
    },
  ],
};
