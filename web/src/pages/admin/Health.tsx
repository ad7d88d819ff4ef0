// How the hub itself is: what follows the journal and how far behind, sources, points, the store.
import { useQuery } from "@tanstack/react-query";
import { Skeleton, Tag } from "antd";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import { useFormat } from "../../base/format";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { admin as en } from "../../texts/en/admin";
import { useTexts, useWord } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { Facts, Panel, Rows } from "./parts";

/** What is behind by more entries than this is worth a look. */
const BEHIND = 100;
const AGAIN_MS = 5_000;

function State({ good, text }: { good: boolean; text: string }) {
  return (
    <Tag className={`tone tone-${good ? "green" : "orange"}`} bordered={false}>
      {text}
    </Tag>
  );
}

export default function Health() {
  const t = useTexts({ zh, en });
  const word = useWord();
  const format = useFormat();
  const {
    data: now,
    error,
    refetch,
  } = useQuery({
    queryKey: ["health"],
    refetchInterval: AGAIN_MS,
    queryFn: ({ signal }) => data(api.GET("/api/v1/health/details", { signal })),
  });
  const followers: Record<string, string> = {
    lists: t.followsLists,
    delivery: t.followsDelivery,
    search: t.followsSearch,
  };
  const lag = (behind: number) => (
    <State
      good={behind <= BEHIND}
      text={behind === 0 ? t.upToDate : t.behind(format.number(behind))}
    />
  );
  return (
    <>
      <PageHead title={t.healthTitle} purpose={t.healthPurpose} help={t.healthHelp} />
      {error && <ProblemView error={error} retry={() => refetch()} />}
      {!now && !error && <Skeleton active />}
      {now && (
        <>
          <Facts
            facts={[
              [
                t.journalAt,
                <Link key="journal" to="/admin/journal">
                  {format.number(now.journal ?? 0)}
                </Link>,
              ],
              [t.snapshot, now.snapshot ? format.number(now.snapshot) : t.noSnapshot],
            ]}
          />
          <div className="two-columns">
            <Panel title={t.followers} hint={t.followersHint}>
              <Rows
                title={t.followers}
                heads={[t.name, t.readTo, t.state]}
                none=""
                rows={(now.followers ?? []).map((f) => [
                  followers[f.name ?? ""] ?? f.name,
                  format.number(f.at ?? 0),
                  lag(f.behind ?? 0),
                ])}
              />
            </Panel>
            <Panel title={t.sources} extra={<Link to="/admin/sources">{t.sources}</Link>}>
              <Rows
                title={t.sources}
                heads={[t.name, t.health]}
                none={t.noSources}
                rows={(now.sources ?? []).map((s) => [
                  <Link key="name" to={`/admin/sources/${encodeURIComponent(s.name ?? "")}`}>
                    {s.name}
                  </Link>,
                  <State
                    key="health"
                    good={s.health === "ok" || s.health === "new"}
                    text={s.health === "new" ? t.neverRun : word(s.health)}
                  />,
                ])}
              />
            </Panel>
            <Panel title={t.points} hint={t.pointsHint}>
              <Rows
                title={t.points}
                heads={[t.code, t.state, t.lag]}
                none={t.noPoints}
                rows={(now.points ?? []).map((p) => [
                  <code key="code">{p.code}</code>,
                  lag(p.behind ?? 0),
                  p.lag_ms ? format.span(p.lag_ms) : "",
                ])}
              />
            </Panel>
            <Panel title={t.store} hint={t.storeHint}>
              <Rows
                title={t.store}
                heads={[t.name, t.value]}
                none=""
                rows={(now.store ?? []).map((m) => [
                  <code key="name">{m.name}</code>,
                  format.number(m.value ?? 0),
                ])}
              />
            </Panel>
          </div>
        </>
      )}
    </>
  );
}
