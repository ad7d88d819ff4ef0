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
