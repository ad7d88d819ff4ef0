// What the hub looks things up in: reference data with dates, vocabularies of tags, vulnerabilities.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select, Skeleton, Upload } from "antd";
import { useState } from "react";
import { api, data, sendFile } from "../../api/client";
import type { Page, Text } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { carry } from "../../base/work";
import { Facts } from "../../parts/Facts";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { DataTable } from "../../parts/table/DataTable";
import { Few } from "../../parts/table/Few";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { WorksHere } from "../../parts/WorkView";
import { admin as en } from "../../texts/en/admin";
import { both, useMarks, useText, useTexts } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { asPage, Panel, useRole } from "./parts";
import type { ReferenceSet, Vulnerability } from "./shapes";

const PLACE = "/admin/data";

/** Both languages have the name that the file gave. */
const named = (answer: unknown): Text => {
  const { name } = answer as { name: string };
  return { zh: name, en: name };
};

function FileButton(props: {
  label: string;
  path: (file: File) => string;
  /** What was taken in. */
  said: (answer: unknown) => Text;
}) {
  const client = useQueryClient();
  const send = useMutation({
    mutationFn: (file: File) => {
      const title = both({ zh, en }, (t) => t.importOf(file.name));
      return carry({ title, place: PLACE, stops: true }, async (hold) => {
        const answer = await sendFile(props.path(file), file, hold);
        hold.at(1, props.said(answer));
      });
    },
    onSuccess: () => client.invalidateQueries({ predicate: (q) => q.meta?.live !== undefined }),
  });
  return (
    <Upload
      showUploadList={false}
      beforeUpload={(file) => {
        send.mutate(file);
        return false;
      }}
    >
      <Button loading={send.isPending}>{props.label}</Button>
    </Upload>
  );
}

const KINDS = [
  "ip-asn",
  "ip-country",
  "ip-province",
  "ip-operator",
  "ip-hosting",
  "asn",
  "phone-region",
  "phone-carrier",
  "suffixes",
] as const;

function useKinds(): Record<string, string> {
  const t = useTexts({ zh, en });
  return {
    "ip-asn": t.ipAsn,
    "ip-country": t.ipCountry,
    "ip-province": t.ipProvince,
    "ip-operator": t.ipOperator,
    "ip-hosting": t.ipHosting,
    asn: t.asn,
    "phone-region": t.phoneRegion,
    "phone-carrier": t.phoneCarrier,
    suffixes: t.suffixes,
  };
}

function ImportReference() {
  const t = useTexts({ zh, en });
  const kinds = useKinds();
  const [run, setRun] = useState({ kind: "", name: "", date: "" });
  return (
    <Form layout="inline" className="law-form" component="div">
      <Form.Item label={t.kind}>
        <Select
          className="law-clock"
          aria-label={t.kind}
          value={run.kind || undefined}
          onChange={(kind) => setRun({ ...run, kind })}
          options={KINDS.map((k) => ({ value: k, label: kinds[k] }))}
        />
      </Form.Item>
      <Form.Item label={t.name}>
        <Input
          aria-label={t.name}
          value={run.name}
          onChange={(e) => setRun({ ...run, name: e.target.value })}
        />
      </Form.Item>
      <Form.Item label={t.dataDate}>
        <Input
          type="date"
          aria-label={t.dataDate}
          value={run.date}
          onChange={(e) => setRun({ ...run, date: e.target.value })}
        />
      </Form.Item>
      <FileButton
        label={t.importFile}
        path={(file) => `/api/v1/reference?${new URLSearchParams({ ...run, file: file.name })}`}
        said={named}
      />
    </Form>
  );
}

function Reference() {
  const t = useTexts({ zh, en });
  const cells = useCells();
  const kinds = useKinds();
  const may = useRole("admin");
  const {
    data: sets,
    error,
    refetch,
  } = useQuery({
    queryKey: ["reference"],
    meta: { live: ["reference"] },
    queryFn: async ({ signal }) =>
      (await data(api.GET("/api/v1/reference", { signal }))) as {
        items?: ReferenceSet[];
        unreadable?: string[];
      },
  });
  return (
    <Panel title={t.reference} hint={t.referenceHint}>
      {may && <ImportReference />}
      {error && <ProblemView error={error} retry={() => refetch()} />}
      {!sets && !error && <Skeleton active />}
      {sets?.unreadable?.map((one) => (
        <p key={one} role="alert">
          {one}
        </p>
      ))}
      {sets && (
        <Few
          title={t.reference}
          heads={[t.kind, t.name, t.dataDate, t.importedAt, t.rows, t.refused, t.file]}
          none={t.noReference}
          rows={(sets.items ?? []).map((s) => [
            kinds[s.kind ?? ""] ?? s.kind,
            s.name,
            s.data_date,
            cells.time(s.by?.at),
            cells.number(s.rows),
            cells.number(s.refused),
            s.file_name,
          ])}
        />
      )}
    </Panel>
  );
}

function Vocabularies() {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const text = useText();
  const may = useRole("finder");
  const look = useMutation({
    mutationFn: (tag: string) =>
      data(api.GET("/api/v1/vocabularies/term", { params: { query: { tag } } })),
  });
  const term = look.data;
  return (
    <Panel
      title={t.vocabularies}
      hint={t.vocabulariesHint}
      extra={
        may && <FileButton label={t.importFile} path={() => "/api/v1/vocabularies"} said={named} />
      }
    >
      <Input.Search
        className="panel-form"
        aria-label={t.tag}
        placeholder={t.tagHint}
        enterButton={t.lookUp}
        onSearch={(tag) => tag.trim() && look.mutate(tag.trim())}
      />
      {look.error && <ProblemView error={look.error} />}
      {term && (
        <Facts
          of={[
            [t.tag, <code key="tag">{term.tag}</code>],
            [t.name, text(term.title)],
            [t.vocabulary, term.vocabulary],
            [t.description, term.description],
            [t.synonyms, term.synonyms?.join(mark.words)],
          ]}
        />
      )}
    </Panel>
  );
}

async function load({ filters, after, limit, signal }: Ask): Promise<Page<Vulnerability>> {
  const answer = api.GET("/api/v1/vulnerabilities", {
    params: { query: { after, limit, kev: filters.kev } },
    signal,
  });
  return asPage<Vulnerability>(await data(answer));
}

function useColumns(): Column<Vulnerability>[] {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const exploited = (v: Vulnerability) => (v.kev?.added ? format.date(v.kev.added) : "");
  return [
    {
      key: "id",
      title: t.number,
      width: 160,
      cell: (v) => <code>{v.id}</code>,
      text: (v) => v.id ?? "",
    },
    {
      key: "cnvd",
      title: "CNVD",
      width: 160,
      cell: (v) => v.cnvd?.map((c) => c.number).join(" "),
      text: (v) => v.cnvd?.map((c) => c.number).join(" ") ?? "",
    },
    {
      key: "title",
      title: t.name,
      width: 300,
      grow: true,
      cell: (v) => v.title,
      text: (v) => v.title ?? "",
    },
    {
      key: "cvss",
      title: "CVSS",
      width: 80,
      cell: (v) => v.cvss,
      text: (v) => v.cvss ?? "",
      order: (v) => (v.cvss ? Number(v.cvss) : undefined),
    },
    {
      key: "epss",
      title: "EPSS",
      width: 90,
      cell: (v) => v.epss?.score,
      text: (v) => v.epss?.score ?? "",
      order: (v) => (v.epss?.score ? Number(v.epss.score) : undefined),
    },
    {
      key: "kev",
      title: t.exploitedSince,
      width: 140,
      text: exploited,
      order: (v) => instant(v.kev?.added),
    },
    {
      key: "published",
      title: t.published,
      width: 120,
      cell: (v) => format.date(v.published ?? ""),
      text: (v) => v.published ?? "",
    },
  ];
}

export default function Data() {
  const t = useTexts({ zh, en });
  const may = useRole("finder");
  const said = (answer: unknown) =>
    both({ zh, en }, (of, n) => of.vulnerabilitiesSaid(n((answer as { records: number }).records)));
  return (
    <>
      <PageHead title={t.dataTitle} purpose={t.dataPurpose} help={t.dataHelp} />
      <WorksHere place={PLACE} />
      <Reference />
      <Vocabularies />
      <Panel
        title={t.vulnerabilities}
        hint={t.vulnerabilitiesHint}
        extra={
          may && (
            <FileButton
              label={t.importFile}
              path={() => "/api/v1/vulnerabilities/import"}
              said={said}
            />
          )
        }
      >
        <DataTable
          name="vulnerabilities"
          title={t.vulnerabilities}
          columns={useColumns()}
          filters={[
            {
              name: "kev",
              title: t.exploited,
              options: [{ value: "true", label: t.onlyExploited }],
            },
          ]}
          rowKey={(v) => v.id ?? ""}
          load={load}
          live={[]}
        />
      </Panel>
    </>
  );
}
