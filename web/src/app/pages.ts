// Every page of the console: its address, where it stands in the navigation and for whom. The code
// of a page is fetched when somebody goes there.
import type { ComponentType } from "react";
import type { Role, Text } from "../api/shapes";
import { deskPages } from "../pages/desks/desks";

export type Group = "work" | "exchange" | "lists" | "situation" | "administration";

export const groups: Record<Group, Text> = {
  work: { zh: "办理", en: "Work" },
  exchange: { zh: "共享与交换", en: "Exchange" },
  lists: { zh: "名单与执行", en: "Lists and enforcement" },
  situation: { zh: "态势", en: "Situation" },
  administration: { zh: "管理", en: "Administration" },
};

export interface PageEntry {
  /** Below /console; `:id` is a parameter. */
  path: string;
  title: Text;
  load: () => Promise<{ default: ComponentType }>;
  /** Left out: reached from other pages, not in the navigation. */
  group?: Group;
  /** `g` and this letter go there; no two pages have the same. */
  key?: string;
  /** Whose work it is; left out: everybody's. The hub decides, this only keeps the menu short. */
  roles?: Role[];
}

export const pages: PageEntry[] = [
  {
    path: "/",
    title: { zh: "我的待办", en: "My duties" },
    load: () => import("../pages/home/Home"),
    group: "work",
    key: "h",
  },
  {
    path: "/threats",
    title: { zh: "威胁", en: "Threats" },
    load: () => import("../pages/threats/Threats"),
    group: "work",
    key: "t",
  },
  {
    path: "/lookup",
    title: { zh: "批量查询", en: "Look up" },
    load: () => import("../pages/lookup/Lookup"),
    group: "work",
    key: "l",
  },
  {
    path: "/graph",
    title: { zh: "关联图", en: "Relations" },
    load: () => import("../pages/lookup/Graph"),
    group: "work",
    key: "e",
  },
  {
    path: "/relapses",
    title: { zh: "复发", en: "Relapses" },
    load: () => import("../pages/lookup/Relapses"),
    group: "work",
  },
  {
    path: "/lists",
    title: { zh: "名单增量", en: "List" },
    load: () => import("../pages/lists/Lists"),
    group: "lists",
    key: "b",
  },
  {
    path: "/points",
    title: { zh: "执行点", en: "Enforcement points" },
    load: () => import("../pages/lists/Points"),
    group: "lists",
    key: "p",
  },
  {
    path: "/guard",
    title: { zh: "防误伤", en: "Warning lists" },
    load: () => import("../pages/lists/Guard"),
    group: "lists",
  },
  {
    path: "/guard/:id",
    title: { zh: "防误伤名单", en: "Warning list" },
    load: () => import("../pages/lists/WarningList"),
  },
  {
    path: "/situation",
    title: { zh: "态势", en: "Situation" },
    load: () => import("../pages/situation/Situation"),
    group: "situation",
    key: "w",
  },
  {
    path: "/rows",
    title: { zh: "明细", en: "Rows" },
    load: () => import("../pages/situation/Rows"),
  },
  {
    path: "/start",
    title: { zh: "开始使用", en: "First steps" },
    load: () => import("../pages/admin/Start"),
    group: "administration",
    roles: ["admin", "auditor"],
  },
  {
    path: "/admin/organizations",
    title: { zh: "单位与联系人", en: "Units and contacts" },
    load: () => import("../pages/admin/Organizations"),
    group: "administration",
    key: "o",
  },
  {
    path: "/admin/organizations/:code",
    title: { zh: "单位", en: "Unit" },
    load: () => import("../pages/admin/Organization"),
  },
  {
    path: "/admin/people",
    title: { zh: "人员与角色", en: "People and roles" },
    load: () => import("../pages/admin/People"),
    group: "administration",
    key: "u",
    roles: ["admin", "auditor"],
  },
  {
    path: "/admin/sources",
    title: { zh: "来源", en: "Sources" },
    load: () => import("../pages/admin/Sources"),
    group: "administration",
    key: "c",
  },
  {
    path: "/admin/sources/:name",
    title: { zh: "来源", en: "Source" },
    load: () => import("../pages/admin/SourcePage"),
  },
  {
    path: "/admin/exchange",
    title: { zh: "交换集合", en: "Collections" },
    load: () => import("../pages/admin/Exchange"),
    group: "administration",
  },
  {
    path: "/admin/subscriptions",
    title: { zh: "订阅与投递", en: "Subscriptions" },
    load: () => import("../pages/admin/Subscriptions"),
    group: "administration",
  },
  {
    path: "/admin/data",
    title: { zh: "基础数据", en: "Reference data" },
    load: () => import("../pages/admin/Data"),
    group: "administration",
  },
  {
    path: "/law",
    title: { zh: "法规与时限", en: "Law and deadlines" },
    load: () => import("../pages/law/Laws"),
    group: "administration",
    key: "y",
  },
  {
    path: "/law/:id",
    title: { zh: "法规", en: "Rule set" },
    load: () => import("../pages/law/RuleSet"),
  },
  {
    path: "/admin/journal",
    title: { zh: "日志与证明", en: "Journal and proofs" },
    load: () => import("../pages/journal/Journal"),
    group: "administration",
    key: "j",
    roles: ["admin", "auditor"],
  },
  {
    path: "/admin/health",
    title: { zh: "运行状况", en: "Health of the hub" },
    load: () => import("../pages/admin/Health"),
    group: "administration",
    roles: ["admin", "auditor"],
  },
  {
    path: "/account",
    title: { zh: "我的账户", en: "My account" },
    load: () => import("../pages/account/Account"),
  },
  {
    path: "/threats/:number",
    title: { zh: "威胁事项", en: "Case" },
    load: () => import("../pages/threat/Threat"),
  },
  {
    path: "/tasks/:number",
    title: { zh: "处置任务", en: "Disposal task" },
    load: () => import("../pages/threat/Task"),
  },
  {
    path: "/notices/:number",
    title: { zh: "通知书", en: "Notice" },
    load: () => import("../pages/threat/Notice"),
  },
  {
    path: "/appeals/:number",
    title: { zh: "申诉", en: "Appeal" },
    load: () => import("../pages/threat/Appeal"),
  },
  ...deskPages,
];

export function pagesFor(roles: Role[]): PageEntry[] {
  return pages.filter((p) => p.group && (!p.roles || p.roles.some((r) => roles.includes(r))));
}
