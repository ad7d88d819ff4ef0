// The warning lists that are in effect: a few dozen, each of them a page of its own.
import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import type { Item, Ok } from "../../api/shapes";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { lists as en } from "../../texts/en/lists";
import { useText, useTexts } from "../../texts/use";
import { lists as zh } from "../../texts/zh/lists";
import { placeOfList } from "./places";

export type ListFacts = Item<Ok<"/api/v1/warning-lists">>;

/** They change only when the hub starts. */
export function useWarningLists() {
  return useQuery({
    queryKey: ["warning-lists"],
    queryFn: async ({ signal }): Promise<ListFacts[]> =>
      (await data(api.GET("/api/v1/warning-lists", { signal }))).items ?? [],
  });
}

export function WarningLists() {
  const t = useTexts({ zh, en });
  const cells = useCells();
  const text = useText();
  const { data: all, error, refetch } = useWarningLists();
  return (
    <section className="panel" aria-label={t.inEffect}>
      <h2>{t.inEffect}</h2>
      <p>
        <small>{t.inEffectHint}</small>
      </p>
      {error && <ProblemView error={error} retry={() => refetch()} />}
      {!all && !error && <Skeleton active title={false} />}
      {all && (
        <Few
          title={t.inEffect}
          heads={[t.list, t.listName, t.entries, t.matching]}
          none={t.noLists}
          rows={all.map(({ id = "", name, type = "", entries = 0 }) => [
            cells.as(id, <Link to={placeOfList(id)}>{id}</Link>),
            text(name),
            cells.number(entries),
            t.matches(type),
          ])}
        />
      )}
    </section>
  );
}
