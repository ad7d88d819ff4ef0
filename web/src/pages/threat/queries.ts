// What these pages ask the hub. The answers about one case, that the OpenAPI document calls only
// "object", are described here.
import { useQuery } from "@tanstack/react-query";
import { api, data } from "../../api/client";
import type {
  Appeal,
  Evidence,
  Notice,
  OpenStep,
  Page,
  PointRow,
  Relapse,
  Responsible,
  Task,
  Threat,
} from "../../api/shapes";
import type { Relations } from "../../parts/relations/relations";

export interface CaseTask extends Task {
  addressee_code: string;
  notice_numbers: string[];
  /** Points that have not said for long what they hold. */
  silent_points: string[];
  next: OpenStep[];
}

export interface Case extends Threat {
  task_details: CaseTask[];
  appeals: Appeal[];
  next: OpenStep[];
  merged_into_number?: string;
}

export interface AppealCase extends Appeal {
  task_number: string;
  threat_number: string;
  threat_title: string;
  next: OpenStep[];
}

export interface Entry {
  seq: number;
  time: string;
  actor: string;
  org: string;
  action: string;
  subject: string;
  basis: { rule_set: string; version: string; article: string; requirement: string };
  hash: string;
}

export function useCase(number: string) {
  return useQuery({
    queryKey: ["threat", number],
    meta: { live: ["threat", "task", "appeal", "notice", "relapse"] },
    queryFn: async ({ signal }): Promise<Case> =>
      (await data(
        api.GET("/api/v1/threats/{id}", { params: { path: { id: number } }, signal }),
      )) as unknown as Case,
  });
}

export function useTask(number: string) {
  return useQuery({
    queryKey: ["task", number],
    meta: { live: ["task", "notice", "appeal"] },
    queryFn: async ({ signal }): Promise<CaseTask> =>
      (await data(
        api.GET("/api/v1/tasks/{id}", { params: { path: { id: number } }, signal }),
      )) as CaseTask,
  });
}

export function useAppeal(number: string) {
  return useQuery({
    queryKey: ["appeal", number],
    meta: { live: ["appeal"] },
    queryFn: async ({ signal }): Promise<AppealCase> =>
      (await data(
        api.GET("/api/v1/appeals/{id}", { params: { path: { id: number } }, signal }),
      )) as AppealCase,
  });
}

export function useNotice(number: string) {
  return useQuery({
    queryKey: ["notice", number],
    meta: { live: ["notice"] },
    queryFn: ({ signal }): Promise<Notice> =>
      data(api.GET("/api/v1/notices/{id}", { params: { path: { id: number } }, signal })),
  });
}

export function useJournal(number: string) {
  return useQuery({
    queryKey: ["threat-journal", number],
    meta: { live: ["threat", "task", "appeal", "notice", "relapse"] },
    queryFn: async ({ signal }): Promise<Entry[]> => {
      const answer = api.GET("/api/v1/threats/{id}/journal", {
        params: { path: { id: number } },
        signal,
      });
      return ((await data(answer)) as unknown as { items: Entry[] }).items;
    },
  });
}

/** Evidence never changes: it is addressed by what it is. */
export function useEvidence(id: string) {
  return useQuery({
    queryKey: ["evidence", id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }): Promise<Evidence> =>
      data(api.GET("/api/v1/evidence/{id}", { params: { path: { id } }, signal })),
  });
}

export function useResponsible(kind: string, value: string) {
  return useQuery({
    queryKey: ["responsible", kind, value],
    queryFn: ({ signal }): Promise<Responsible> =>
      data(api.GET("/api/v1/responsible", { params: { query: { kind, value } }, signal })),
  });
}

export function usePoints() {
  return useQuery({
    queryKey: ["points"],
    meta: { live: ["task", "list"] },
    queryFn: async ({ signal }): Promise<PointRow[]> => {
      const page = await data(api.GET("/api/v1/points", { signal }));
      return page.items ?? [];
    },
  });
}

export function useRelapses(threat: string | undefined) {
  return useQuery({
    queryKey: ["relapses-of", threat],
    enabled: threat !== undefined,
    meta: { live: ["relapse"] },
    queryFn: async ({ signal }): Promise<Relapse[]> => {
      const answer = api.GET("/api/v1/relapses", { params: { query: { limit: 1000 } }, signal });
      const page = (await data(answer)) as Page<Relapse>;
      return page.items.filter((r) => r.threat === threat);
    },
  });
}

export async function askGraph(
  from: string,
  hops: number,
  signal: AbortSignal,
): Promise<Relations> {
  const answer = api.GET("/api/v1/graph", {
    params: { query: { from, hops: String(hops), limit: "150" } as never },
    signal,
  });
  return (await data(answer)) as unknown as Relations;
}
