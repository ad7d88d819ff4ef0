// One source: how it is, what it would bring, and what can be done with it.
import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Skeleton, Upload } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { api, data, sendFile } from "../../api/client";
import { defang } from "../../base/defang";
import { useFormat } from "../../base/format";
import { ActionForm } from "../../parts/ActionForm";
import { Facts } from "../../parts/Facts";
import { PageHead } from "../../parts/PageHead";
import { Unit } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { WorksHere } from "../../parts/WorkView";
import { admin as en } from "../../texts/en/admin";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { changeSource } from "./intake";
import { DoButton, Panel, under, useRole } from "./parts";
import { placeOf, runSource } from "./run";
import { Health } from "./Sources";
import type { Preview as Seen, Source } from "./shapes";

function Shown({ seen }: { seen: Seen }) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const cells = useCells();
  const text = useText();
  const format = useFormat();
  return (
    <>
      <Facts
        of={[
          [t.format, seen.format],
          [t.lines, format.number(seen.lines)],
          [t.wouldBecome, format.number(seen.items_total)],
          [t.wouldRefuse, format.number(seen.refused_total)],
          [t.comments, format.number(seen.comments)],
        ]}
      />
      {seen.warnings.map((warning) => (
        <p key={warning.en} role="note">
          {text(warning)}
        </p>
      ))}
      <Few
        title={t.wouldBecome}
        heads={[t.line, t.original, t.becomes, t.confidence, t.notes]}
        none={t.nothingComes}
        rows={seen.items.map((i) => [
          cells.number(i.line),
          cells.code(defang(i.original)),
          cells.indicator(i.kind, i.value),
          i.actionable ? String(i.confidence) : `${i.confidence}${mark.clauses}${t.notActionable}`,
          i.notes.map(text).join(mark.clauses),
        ])}
      />
      {seen.refusals.length > 0 && (
        <Few
          title={t.wouldRefuse}
          heads={[t.line, t.original, t.why]}
          rows={seen.refusals.map((r) => [
            cells.number(r.line),
            cells.code(r.original),
            text(r.reason),
          ])}
        />
      )}
    </>
  );
}

function Preview({ source }: { source: Source }) {
  const t = useTexts({ zh, en });
  const path = `/api/v1/sources/${encodeURIComponent(source.name ?? "")}/preview`;
  const look = useMutation({
    mutationFn: async (file: File | undefined): Promise<Seen> => {
      if (file) {
        return (await sendFile(
          `${path}?${new URLSearchParams({ file: file.name })}`,
          file,
        )) as Seen;
      }
      const answer = api.GET("/api/v1/sources/{name}/preview", {
        params: { path: { name: source.name ?? "" } },
      });
      return (await data(answer)) as unknown as Seen;
    },
  });
  return (
    <Panel
      title={t.preview}
      hint={t.previewHint}
      extra={
        <span className="buttons">
          {source.terms?.kind !== "push" && (
            <Button type="primary" loading={look.isPending} onClick={() => look.mutate(undefined)}>
              {t.previewFetch}
            </Button>
          )}
          <Upload
            showUploadList={false}
            beforeUpload={(file) => {
              look.mutate(file);
              return false;
            }}
          >
            <Button loading={look.isPending}>{t.previewFile}</Button>
          </Upload>
        </span>
      }
    >
      {look.error && <ProblemView error={look.error} />}
      {look.data && <Shown seen={look.data} />}
    </Panel>
  );
}

/** Calls the source to run, and follows it to its end. */
function RunButton({ name }: { name: string }) {
  const t = useTexts({ zh, en });
  const run = useMutation({ mutationFn: runSource });
  return (
    <Button size="small" loading={run.isPending} onClick={() => run.mutate(name)}>
      {t.runNow}
    </Button>
  );
}

function useFactsOf(source: Source): [string, React.ReactNode][] {
  const t = useTexts({ zh, en });
  const word = useWord();
  const format = useFormat();
  const terms = source.terms ?? {};
  return [
    [t.health, <Health key="health" source={source} />],
    [t.unit, <Unit key="unit" id={source.organization} />],
    [t.comesBy, word(terms.kind)],
    [t.location, terms.location && <code>{terms.location}</code>],
    [t.format, source.last_format || terms.format],
    [t.every, terms.every_minutes ? t.minutes(format.number(terms.every_minutes)) : t.byHand],
    [t.confidence, String(terms.confidence ?? "")],
    [t.complete, terms.complete ? t.yes : undefined],
    [
      t.lastRun,
      source.imported_at
        ? t.filledByImport(format.dateTime(source.imported_at))
        : format.dateTime(source.last_run ?? ""),
    ],
    [t.lastGood, format.dateTime(source.last_good ?? "")],
    [t.lastNews, format.dateTime(source.last_news ?? "")],
    [t.nextRun, format.dateTime(source.next_run ?? "")],
    [t.failures, source.failures ? format.number(source.failures) : undefined],
  ];
}

function Body({ source }: { source: Source }) {
  const t = useTexts({ zh, en });
  const cells = useCells();
  const text = useText();
  const may = useRole("admin") && !source.retired;
  const [changing, setChanging] = useState(false);
  const path = `/api/v1/sources/${encodeURIComponent(source.name ?? "")}`;
  const facts = useFactsOf(source);
  return (
    <>
      <PageHead
        title={source.name ?? ""}
        purpose={t.sourcePurpose}
        help={t.sourcesHelp}
        extra={
          may && (
            <span className="buttons">
              {source.terms?.kind !== "push" && <RunButton name={source.name ?? ""} />}
              <DoButton
                label={source.paused ? t.goOn : t.pause}
                path={`${path}/pause`}
                body={{ paused: !source.paused }}
              />
              <Button size="small" onClick={() => setChanging(true)}>
                {t.changeTerms}
              </Button>
              <DoButton label={t.retire} path={`${path}/retire`} ask={t.retireAsk} />
            </span>
          )
        }
      />
      <WorksHere place={placeOf(source.name ?? "")} />
      <Panel title={t.how}>
        <Facts of={facts} />
        {text(source.problem) && <p role="alert">{text(source.problem)}</p>}
        {(source.set_aside?.length ?? 0) > 0 && (
          <Few
            title={t.setAside}
            heads={[t.setAside, t.why, t.at]}
            rows={(source.set_aside ?? []).map((s) => [s.name, text(s.reason), cells.time(s.at)])}
          />
        )}
      </Panel>
      {may && <Preview source={source} />}
      {changing && (
        <ActionForm
          action={changeSource(source)}
          subject={source.name ?? ""}
          step={under("6", "W17-08")}
          close={() => setChanging(false)}
        />
      )}
    </>
  );
}

export default function SourcePage() {
  const { name = "" } = useParams();
  const found = useQuery({
    queryKey: ["source", name],
    meta: { live: ["source", "import"] },
    queryFn: async ({ signal }) =>
      (await data(
        api.GET("/api/v1/sources/{name}", { params: { path: { name } }, signal }),
      )) as Source,
  });
  if (found.error) return <ProblemView error={found.error} retry={() => found.refetch()} />;
  if (!found.data) return <Skeleton active />;
  return <Body source={found.data} />;
}
