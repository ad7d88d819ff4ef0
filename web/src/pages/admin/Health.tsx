// How the hub itself is: what follows the journal and how far behind, sources, points, the store.
import { useQuery } from "@tanstack/react-query";
import { Alert, Skeleton, Tag } from "antd";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import { useFormat } from "../../base/format";
import { Facts } from "../../parts/Facts";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { admin as en } from "../../texts/en/admin";
import { useText, useTexts, useWord } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { Panel } from "./parts";

/** What is behind by more entries than this is worth a look. */
const BEHIND = 100;
const LATE_MS = 60_000;
const AGAIN_MS = 5_000;
/** A tenth of a mebibyte. */
const TENTH_MIB = 2 ** 20 / 10;

function State({ good, text }: { good: boolean | undefined; text: string }) {
  const tone = good === undefined ? "plain" : good ? "green" : "orange";
  return (
    <Tag className={`tone tone-${tone}`} bordered={false}>
      {text}
    </Tag>
  );
}

/** Whether a point has what it shall have; undefined: not yet, and there was hardly time for it. */
function upTo(point: { behind?: number; lag_ms?: number }): boolean | undefined {
  if (!point.behind) return true;
  return (point.lag_ms ?? 0) > LATE_MS ? false : undefined;
}

export default function Health() {
  const t = useTexts({ zh, en });
  const cells = useCells();
  const word = useWord();
  const text = useText();
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
  const stored: Record<string, string> = {
    database_bytes: t.storeFile,
    wal_bytes: t.storeLog,
    free_bytes: t.storeFree,
  };
  const saidBehind = (n: number) => (n === 0 ? t.upToDate : t.behind(format.number(n)));
  const lag = (behind: number) => <State good={behind <= BEHIND} text={saidBehind(behind)} />;
  return (
    <>
      <PageHead title={t.healthTitle} purpose={t.healthPurpose} help={t.healthHelp} />
      {error && <ProblemView error={error} retry={() => refetch()} />}
      {!now && !error && <Skeleton active />}
      {now && (
        <>
          {now.warning?.en && (
            <Alert type="warning" showIcon message={t.clockWrong} description={text(now.warning)} />
          )}
          <Facts
            of={[
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
              <Few
                title={t.followers}
                heads={[t.name, t.readTo, t.state]}
                rows={(now.followers ?? []).map((f) => [
                  followers[f.name ?? ""] ?? f.name,
                  cells.number(f.at),
                  cells.as(String(f.behind ?? 0), lag(f.behind ?? 0)),
                ])}
              />
            </Panel>
            <Panel title={t.sources} extra={<Link to="/admin/sources">{t.sources}</Link>}>
              <Few
                title={t.sources}
                heads={[t.name, t.health]}
                none={t.noSources}
                rows={(now.sources ?? []).map((s) => [
                  cells.as(
                    s.name,
                    <Link to={`/admin/sources/${encodeURIComponent(s.name ?? "")}`}>{s.name}</Link>,
                  ),
                  cells.as(
                    s.health,
                    <State
                      good={s.health === "new" ? undefined : s.health === "ok"}
                      text={s.health === "new" ? t.neverRun : word(s.health)}
                    />,
                  ),
                ])}
              />
            </Panel>
            <Panel title={t.points} hint={t.pointsHint}>
              <Few
                title={t.points}
                heads={[t.code, t.state, t.lag]}
                none={t.noPoints}
                rows={(now.points ?? []).map((p) => [
                  cells.code(p.code),
                  cells.as(
                    String(p.behind ?? 0),
                    <State good={upTo(p)} text={saidBehind(p.behind ?? 0)} />,
                  ),
                  cells.span(p.lag_ms),
                ])}
              />
            </Panel>
            <Panel title={t.store} hint={t.storeHint}>
              <Few
                title={t.store}
                heads={[t.name, t.mebibytes]}
                rows={(now.store ?? []).map((m) => [
                  stored[m.name ?? ""] ?? cells.code(m.name),
                  cells.number(Math.round((m.value ?? 0) / TENTH_MIB) / 10),
                ])}
              />
            </Panel>
          </div>
        </>
      )}
    </>
  );
}
