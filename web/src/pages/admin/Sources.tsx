// Sources and how they are: what is wrong stands first in words, then in colour.
import { Button, Tag } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { api, data } from "../../api/client";
import type { Page } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { ActionForm } from "../../parts/ActionForm";
import { PageHead } from "../../parts/PageHead";
import { DataTable } from "../../parts/table/DataTable";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { admin as en } from "../../texts/en/admin";
import { useText, useTexts, useWord } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { addSource } from "./intake";
import { under, useRole } from "./parts";
import type { Source } from "./shapes";

async function load({ after, limit, signal }: Ask): Promise<Page<Source>> {
  const answer = api.GET("/api/v1/sources", { params: { query: { after, limit } }, signal });
  return (await data(answer)) as Page<Source>;
}

const TONES: Record<string, string> = {
  ok: "green",
  new: "plain",
  paused: "plain",
  failing: "red",
};

export function Health({ source }: { source: Source }) {
  const t = useTexts({ zh, en });
  const word = useWord();
  const health = source.retired ? "retired" : source.paused ? "paused" : (source.health ?? "new");
  const never = source.imported_at ? t.byImport : t.neverRun;
  const said = health === "retired" ? t.retired : health === "new" ? never : word(health);
  return (
    <Tag className={`tone tone-${TONES[health] ?? "orange"}`} bordered={false}>
      {said}
    </Tag>
  );
}

function useColumns(): Column<Source>[] {
  const t = useTexts({ zh, en });
  const text = useText();
  const word = useWord();
  const format = useFormat();
  return [
    {
      key: "name",
      title: t.name,
      width: 150,
      cell: (s) => (
        <Link to={`/admin/sources/${encodeURIComponent(s.name ?? "")}`}>
          <code>{s.name}</code>
        </Link>
      ),
      text: (s) => s.name ?? "",
    },
    {
      key: "health",
      title: t.health,
      width: 105,
      cell: (s) => <Health source={s} />,
      text: (s) => word(s.health),
    },
    {
      key: "problem",
      title: t.problem,
      width: 180,
      grow: true,
      text: (s) => text(s.problem),
    },
    {
      key: "kind",
      title: t.comesBy,
      width: 100,
      text: (s) => word(s.terms?.kind),
    },
    {
      key: "format",
      title: t.format,
      width: 100,
      cell: (s) => s.last_format || s.terms?.format,
      text: (s) => s.last_format || s.terms?.format || "",
    },
    {
      key: "last",
      title: t.lastRun,
      width: 155,
      text: (s) => format.dateTime(s.last_run ?? s.imported_at ?? ""),
      order: (s) => instant(s.last_run ?? s.imported_at),
    },
    {
      key: "news",
      title: t.lastNews,
      width: 155,
      text: (s) => format.dateTime(s.last_news ?? ""),
      order: (s) => instant(s.last_news),
    },
    {
      key: "next",
      title: t.nextRun,
      width: 155,
      text: (s) => format.dateTime(s.next_run ?? ""),
      order: (s) => instant(s.next_run),
    },
  ];
}

export default function Sources() {
  const t = useTexts({ zh, en });
  const go = useNavigate();
  const may = useRole("admin");
  const [adding, setAdding] = useState(false);
  const show = (name: string) => void go(`/admin/sources/${encodeURIComponent(name)}`);
  return (
    <>
      <PageHead
        title={t.sources}
        purpose={t.sourcesPurpose}
        help={t.sourcesHelp}
        extra={
          may && (
            <Button type="primary" onClick={() => setAdding(true)}>
              {t.addSource}
            </Button>
          )
        }
      />
      <DataTable
        name="sources"
        title={t.sources}
        columns={useColumns()}
        rowKey={(s) => s.name ?? ""}
        load={load}
        live={["source", "import"]}
        open={(s) => show(s.name ?? "")}
      />
      {adding && (
        <ActionForm
          action={addSource}
          subject={t.sources}
          step={under("6", "W17-08")}
          close={() => setAdding(false)}
          done={(made) => show((made as Source).name ?? "")}
        />
      )}
    </>
  );
}
