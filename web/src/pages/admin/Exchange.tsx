// Collections of the exchange (TAXII) and who may read and write them.
import { useQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { useState } from "react";
import { TLP } from "../../acts/fields";
import { api, data } from "../../api/client";
import { type Action, ActionForm } from "../../parts/ActionForm";
import { Facts } from "../../parts/Facts";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { admin as en } from "../../texts/en/admin";
import { useText, useTexts } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { addCollection, grant } from "./intake";
import { asPage, Panel, under, useRole } from "./parts";
import type { Collection } from "./shapes";

function One({ collection, start }: { collection: Collection; start: (a: Action) => void }) {
  const t = useTexts({ zh, en });
  const cells = useCells();
  const text = useText();
  const may = useRole("admin");
  const yes = (flag?: boolean) => (flag ? t.yes : t.no);
  return (
    <Panel
      title={text(collection.title)}
      hint={text(collection.description)}
      extra={may && <Button onClick={() => start(grant(collection.alias ?? ""))}>{t.grant}</Button>}
    >
      <Facts
        of={[
          [t.alias, <code key="alias">{collection.alias}</code>],
          [t.ceiling, text(TLP[collection.ceiling ?? ""])],
          [t.projection, collection.projection ? t.projectionYes : undefined],
        ]}
      />
      <Few
        title={t.grants}
        heads={[t.unit, t.mayRead, t.mayWrite]}
        none={t.noGrants}
        rows={(collection.grants ?? []).map((g) => [
          cells.unit(g.organization),
          yes(g.read),
          yes(g.write),
        ])}
      />
    </Panel>
  );
}

export default function Exchange() {
  const t = useTexts({ zh, en });
  const may = useRole("admin");
  const [doing, setDoing] = useState<Action>();
  const {
    data: all,
    error,
    refetch,
  } = useQuery({
    queryKey: ["collections"],
    meta: { live: [] },
    queryFn: async ({ signal }) =>
      asPage<Collection>(await data(api.GET("/api/v1/collections", { signal }))).items,
  });
  return (
    <>
      <PageHead
        title={t.collections}
        purpose={t.collectionsPurpose}
        help={t.collectionsHelp}
        extra={
          may && (
            <Button type="primary" onClick={() => setDoing(addCollection)}>
              {t.addCollection}
            </Button>
          )
        }
      />
      {error && <ProblemView error={error} retry={() => refetch()} />}
      {!all && !error && <Skeleton active />}
      {all?.length === 0 && <p>{t.noCollections}</p>}
      {all?.map((c) => (
        <One key={c.id} collection={c} start={setDoing} />
      ))}
      {doing && (
        <ActionForm
          action={doing}
          subject={t.collections}
          step={under("6", "W17-08")}
          close={() => setDoing(undefined)}
        />
      )}
    </>
  );
}
