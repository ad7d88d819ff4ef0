// What the search found, counted by state, class and kind; asked for when it is opened.
import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useState } from "react";
import { api, data } from "../../api/client";
import { useFormat } from "../../base/format";
import { Chart } from "../../parts/chart/Chart";
import { ProblemView } from "../../parts/ProblemView";
import { threats as en } from "../../texts/en/threats";
import { useTexts, useWord } from "../../texts/use";
import { threats as zh } from "../../texts/zh/threats";

interface Facets {
  counted: number;
  cut: boolean;
  by: Record<string, Record<string, number>>;
}

function Counts({ query }: { query: string }) {
  const t = useTexts({ zh, en });
  const word = useWord();
  const format = useFormat();
  const found = useQuery({
    queryKey: ["facets", "cases", query],
    meta: { live: ["threat"] },
    queryFn: async ({ signal }) => {
      const answer = api.GET("/api/v1/search", {
        params: { query: { in: "cases", q: query, limit: 1, facets: "true" } },
        signal,
      });
      return ((await data(answer)) as unknown as { facets: Facets }).facets;
    },
  });
  if (found.error) return <ProblemView error={found.error} retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton active paragraph={{ rows: 6 }} title={false} />;
  const { by, counted, cut } = found.data;
  const names = { state: t.byState, class: t.byClass, kind: t.byKind };
  return (
    <>
      <p>
        {t.counted(format.number(counted))}
        {cut && t.cut}
      </p>
      <div className="charts">
        {Object.entries(names).map(([key, title]) => (
          <Chart
            key={key}
            title={title}
            points={Object.entries(by[key] ?? {})
              .map(([name, value]) => ({ name: word(name), value }))
              .sort((a, b) => b.value - a.value)}
          />
        ))}
      </div>
    </>
  );
}

export function Overview({ query }: { query: string }) {
  const t = useTexts({ zh, en });
  const [open, setOpen] = useState(false);
  return (
    <details className="overview" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{t.overview}</summary>
      {open && <Counts query={query} />}
    </details>
  );
}
