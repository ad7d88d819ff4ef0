// The documents that a desk shows: the case, and the task or appeal in it.
import { useQuery } from "@tanstack/react-query";
import { subjectOf } from "../../acts/steps";
import { api, data } from "../../api/client";
import type { paths } from "../../api/schema";
import type { Page, Step, Threat } from "../../api/shapes";

type Ok<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": infer T } } } };
}
  ? T
  : never;

interface Offered {
  next?: (Step & { mine?: boolean })[];
}
export type Task = Ok<"/api/v1/tasks/{id}"> & Offered;
export type Appeal = Ok<"/api/v1/appeals/{id}"> & Offered & { threat_number?: string };
export type Case = Threat & Offered;
export type Evidence = Ok<"/api/v1/evidence/{id}">;
export type Notice = Ok<"/api/v1/notices/{id}">;
export type ImportRecord = Ok<"/api/v1/imports/{id}">;

export interface Opened {
  task?: Task;
  appeal?: Appeal;
  /** Not there where the reader may see the task and not its case. */
  threat?: Case;
}

const path = (id: string) => ({ params: { path: { id } } });

async function caseOf(id: string, signal: AbortSignal): Promise<Case> {
  return (await data(api.GET("/api/v1/threats/{id}", { ...path(id), signal }))) as unknown as Case;
}

async function open(number: string, signal: AbortSignal): Promise<Opened> {
  switch (subjectOf(number)) {
    case "threat":
      return { threat: await caseOf(number, signal) };
    case "task": {
      const task: Task = await data(api.GET("/api/v1/tasks/{id}", { ...path(number), signal }));
      return { task, threat: await caseOf(task.threat ?? "", signal).catch(() => undefined) };
    }
    default: {
      const appeal: Appeal = await data(
        api.GET("/api/v1/appeals/{id}", { ...path(number), signal }),
      );
      const task: Task = await data(
        api.GET("/api/v1/tasks/{id}", { ...path(appeal.task ?? ""), signal }),
      );
      return { appeal, task, threat: await caseOf(appeal.threat ?? "", signal) };
    }
  }
}

export function useDocument(number: string) {
  return useQuery({
    queryKey: ["desk", number],
    meta: { live: ["threat", "task", "appeal", "notice"] },
    queryFn: ({ signal }) => open(number, signal),
  });
}

export function useEvidence(id: string) {
  return useQuery({
    queryKey: ["evidence", id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<Evidence> =>
      await data(api.GET("/api/v1/evidence/{id}", { ...path(id), signal })),
  });
}

/** Names of sources: an import knows its source by the id. */
export function useSourceName(): (id: string | undefined) => string {
  const { data: names } = useQuery({
    queryKey: ["source-names"],
    meta: { live: ["import"] },
    queryFn: async ({ signal }) => {
      const answer = api.GET("/api/v1/sources", { params: { query: { limit: 1000 } }, signal });
      const { items } = (await data(answer)) as unknown as Page<{ id: string; name: string }>;
      return new Map(items.map((s) => [s.id, s.name]));
    },
  });
  return (id) => names?.get(id ?? "") ?? id ?? "";
}

export function useNotice(id: string) {
  return useQuery({
    queryKey: ["notice", id],
    meta: { live: ["notice", "task"] },
    queryFn: async ({ signal }): Promise<Notice> =>
      await data(api.GET("/api/v1/notices/{id}", { ...path(id), signal })),
  });
}
