// Questions that many pages ask. `meta.live` names the subjects of the journal after whose entries
// the answer is asked for again.
import { QueryCache, QueryClient, useQuery } from "@tanstack/react-query";
import { api, data, shownSide } from "./client";
import { asProblem, Problem } from "./problem";
import type { Duties, Me, Organization, Page, RuleSet, User } from "./shapes";

export type Subject =
  | "threat"
  | "task"
  | "appeal"
  | "notice"
  | "relapse"
  | "list"
  | "import"
  | "organization"
  | "user"
  | "token"
  | "source"
  | "subscription"
  | "delivery"
  | "reference";

declare module "@tanstack/react-query" {
  interface Register {
    queryMeta: { live?: Subject[] };
    defaultError: Error;
  }
}

/** A session that ended anywhere ends everywhere: the sign-in page comes up. */
const cache = new QueryCache({
  onError: (error, query) => {
    if (asProblem(error).status === 401 && query.queryKey[0] !== "me") {
      queries.setQueryData(["me"], null);
    }
  },
});

export const queries = new QueryClient({
  queryCache: cache,
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal stays one; only a hub that is busy or away is asked again.
      retry: (count, error) => {
        const status = asProblem(error).status;
        return count < 2 && (status === 0 || status === 503);
      },
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
});

/** Who is signed in; null: nobody. */
export function useMe() {
  return useQuery({
    queryKey: ["me"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<Me | null> => {
      try {
        const me = (await data(api.GET("/api/v1/me"))) as unknown as Me;
        shownSide(me.organization.code);
        return me;
      } catch (thrown) {
        if (!(thrown instanceof Problem && thrown.status === 401)) throw thrown;
        shownSide("");
        return null;
      }
    },
  });
}

export function useDuties() {
  return useQuery({
    queryKey: ["duties"],
    meta: { live: ["threat", "task", "appeal", "relapse"] },
    // The hub notices that a deadline has passed by itself, without an entry for every screen.
    refetchInterval: 60_000,
    queryFn: async ({ signal }): Promise<Duties> =>
      (await data(api.GET("/api/v1/duties", { signal }))) as unknown as Duties,
  });
}

/** All pages of a list that is known to be short, by id. */
export async function all<T extends { id?: string }>(
  page: (after: string | undefined) => Promise<Page<T>>,
): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  let after: string | undefined;
  do {
    const one = await page(after);
    for (const item of one.items) found.set(item.id ?? "", item);
    after = one.next;
  } while (after);
  return found;
}

export function useOrganizations() {
  return useQuery({
    queryKey: ["organizations"],
    staleTime: 300_000,
    meta: { live: ["organization"] },
    queryFn: ({ signal }) =>
      all<Organization>(
        async (after) =>
          (await data(
            api.GET("/api/v1/organizations", { params: { query: { limit: 1000, after } }, signal }),
          )) as Page<Organization>,
      ),
  });
}

/** Names of people: the list is for those who run or audit the platform (W17-10). */
export function usePeople() {
  const me = useMe();
  const may = me.data?.user.roles.some((r) => r === "admin" || r === "auditor") ?? false;
  return useQuery({
    queryKey: ["users"],
    enabled: may,
    staleTime: 300_000,
    meta: { live: ["user"] },
    queryFn: ({ signal }) =>
      all<User>(
        async (after) =>
          (await data(
            api.GET("/api/v1/users", { params: { query: { limit: 1000, after } }, signal }),
          )) as Page<User>,
      ),
  });
}

/** Names of people, as far as the reader may know them. */
export function useNames() {
  return useQuery({
    queryKey: ["names"],
    staleTime: 300_000,
    meta: { live: ["user"] },
    queryFn: ({ signal }) =>
      all<{ id?: string; name?: string }>(
        async (after) =>
          (await data(
            api.GET("/api/v1/names", { params: { query: { limit: 1000, after } }, signal }),
          )) as Page<{ id?: string; name?: string }>,
      ),
  });
}

export function useArticle(ruleSet: string, article: string, wanted: boolean) {
  return useQuery({
    queryKey: ["law", ruleSet, article],
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }): Promise<RuleSet> =>
      (await data(
        api.GET("/api/v1/law/rule-sets/{id}", {
          params: { path: { id: ruleSet }, query: { article } },
          signal,
        }),
      )) as unknown as RuleSet,
  });
}
