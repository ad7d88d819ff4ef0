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
  /** `g` and this letter go there. */
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
    key: "r",
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
    path: "/situation",
    title: { zh: "态势", en: "Situation" },
    load: () => import("../pages/situation/Situation"),
    group: "situation",
    key: "s",
  },
  {
    path: "/rows",
    title: { zh: "明细", en: "Rows" },
    load: () => import("../pages/situation/Rows"),
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
