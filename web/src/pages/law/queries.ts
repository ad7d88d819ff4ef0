// What the hub knows of the law; it changes only when a rule file is imported.
import { useQuery } from "@tanstack/react-query";
import { api, data } from "../../api/client";
import type { Laws, RuleSetBody } from "../admin/shapes";

export function useLaws() {
  return useQuery({
    queryKey: ["laws"],
    staleTime: 300_000,
    queryFn: async ({ signal }) =>
      (await data(api.GET("/api/v1/law", { signal }))) as unknown as Laws,
  });
}

export function useRuleSet(id: string) {
  return useQuery({
    queryKey: ["rule-set", id],
    enabled: id !== "",
    staleTime: 300_000,
    queryFn: async ({ signal }) =>
      (await data(
        api.GET("/api/v1/law/rule-sets/{id}", { params: { path: { id } }, signal }),
      )) as unknown as RuleSetBody,
  });
}
