// What stands in relation to a value, drawn by hops and told as tables.
import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Form, Input, Segmented, Select, Skeleton } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { api, data } from "../../api/client";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { Picture } from "../../parts/relations/Picture";
import type { Relations } from "../../parts/relations/relations";
import { lookup as en } from "../../texts/en/lookup";
import { useTexts } from "../../texts/use";
import { lookup as zh } from "../../texts/zh/lookup";
import { Cuts, Edges, Nodes, Parties, type Party } from "./Tables";

const MODES = ["walk", "path", "beneficiaries"] as const;
type Mode = (typeof MODES)[number];

/** Who profits is said in one mode, and whether there is a way in another. */
interface Found extends Relations {
  items?: Party[];
  found?: boolean;
}

interface Asked {
  mode: Mode;
  from: string;
  to: string;
  hops: string;
}

async function ask({ mode, from, to, hops }: Asked, signal: AbortSignal): Promise<Found> {
  const query = { from, hops };
  const answer =
    mode === "path"
      ? api.GET("/api/v1/graph/path", { params: { query: { ...query, to } }, signal })
      : mode === "beneficiaries"
        ? api.GET("/api/v1/graph/beneficiaries", { params: { query }, signal })
        : api.GET("/api/v1/graph", { params: { query }, signal });
  return (await data(answer as Promise<{ data?: unknown }>)) as Found;
}

function Answer({ asked, start }: { asked: Asked; start: (from: string) => void }) {
  const t = useTexts({ zh, en });
  const found = useQuery({
    queryKey: ["graph", asked],
    queryFn: ({ signal }) => ask(asked, signal),
  });
  if (found.error) return <ProblemView error={found.error} retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton active paragraph={{ rows: 8 }} title={false} />;
  const { nodes, edges, cuts, items } = found.data;
  const none = asked.mode === "path" && !found.data.found ? t.noPath : t.noEdges;
  if (edges.length === 0 && cuts.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={none} />;
  }
  const forms = ["graphml", "dot", "stix"];
  return (
    <>
      {items && <Parties parties={items} />}
      <Picture of={found.data} pick={start} />
      {asked.mode === "walk" && (
        <p>
          {t.exports}{" "}
          {forms.map((form) => (
            <Button
              key={form}
              size="small"
              href={`/api/v1/graph/${form}?${new URLSearchParams({ from: asked.from, hops: asked.hops })}`}
              download={`tocsin-graph.${form === "stix" ? "json" : form}`}
            >
              {form}
            </Button>
          ))}
        </p>
      )}
      {cuts.length > 0 && <Cuts cuts={cuts} />}
      <Nodes nodes={nodes} start={start} />
      <Edges edges={edges} />
    </>
  );
}

export default function Graph() {
  const t = useTexts({ zh, en });
  const [params, setParams] = useSearchParams();
  const asked: Asked = {
    mode: MODES.find((m) => m === params.get("mode")) ?? "walk",
    from: params.get("from") ?? "",
    to: params.get("to") ?? "",
    hops: params.get("hops") ?? "2",
  };
  const [draft, setDraft] = useState({ of: asked.from, from: asked.from, to: asked.to });
  // A node that was chosen changes the address, and the field follows.
  const now = draft.of === asked.from ? draft : { of: asked.from, from: asked.from, to: asked.to };
  const change = (some: Partial<Asked>) => {
    const next = Object.entries({ ...asked, ...some }).filter(([, value]) => value);
    setParams(Object.fromEntries(next));
  };
  const ready = asked.from && (asked.mode !== "path" || asked.to);
  return (
    <>
      <PageHead title={t.graphTitle} purpose={t.graphPurpose} help={t.graphHelp} />
      <Form
        className="table-tools"
        onFinish={() => change({ from: now.from.trim(), to: now.to.trim() })}
      >
        <Segmented
          aria-label={t.what}
          value={asked.mode}
          options={MODES.map((m) => ({ value: m, label: t[m] }))}
          onChange={(mode) => change({ mode })}
        />
        <Input
          className="graph-end"
          addonBefore={t.from}
          aria-label={t.from}
          value={now.from}
          onChange={(e) => setDraft({ ...now, from: e.target.value })}
        />
        {asked.mode === "path" && (
          <Input
            className="graph-end"
            addonBefore={t.to}
            aria-label={t.to}
            value={now.to}
            onChange={(e) => setDraft({ ...now, to: e.target.value })}
          />
        )}
        <Select
          aria-label={t.hops}
          value={asked.hops}
          options={["1", "2", "3", "4"].map((n) => ({ value: n, label: `${t.hops} ${n}` }))}
          onChange={(hops) => change({ hops })}
        />
        <Button type="primary" htmlType="submit">
          {t.find}
        </Button>
      </Form>
      {ready ? (
        <Answer asked={asked} start={(from) => change({ mode: "walk", from, to: "" })} />
      ) : (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={asked.from ? t.needTo : t.start} />
      )}
    </>
  );
}
