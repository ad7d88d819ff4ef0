// Intake: what each line would become, the import, and its cases; or a threat by hand.
import { Alert, Button, Input, Select } from "antd";
import { type ReactNode, useCallback, useId, useState } from "react";
import { byHand, submission } from "../../acts/submissions";
import { api, data } from "../../api/client";
import type { Page } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { useKeys } from "../../base/keys";
import { ActionForm } from "../../parts/ActionForm";
import { PageHead } from "../../parts/PageHead";
import { Person } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { StateTag } from "../../parts/StateTag";
import { useCells } from "../../parts/table/cells";
import { DataTable } from "../../parts/table/DataTable";
import { Few } from "../../parts/table/Few";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { WorksHere } from "../../parts/WorkView";
import { useText, useTexts, useWord } from "../../texts/use";
import { type ImportRecord, useSourceName } from "./documents";
import { ImportPane } from "./ImportPane";
import { INTAKE, type Preview, type Terms, useImport, usePreview } from "./imports";
import { RefusedLines } from "./RefusedLines";
import { deskTexts } from "./texts";

const KINDS = ["domain", "url", "ipv4", "ipv6", "email", "md5", "sha1", "sha256", "sm3", "phone"];

function PreviewView({ of }: { of: Preview }) {
  const t = useTexts(deskTexts);
  const text = useText();
  const format = useFormat();
  const cells = useCells();
  return (
    <>
      <p role="status">
        {t.previewed(
          format.number(of.lines),
          format.number(of.items_total),
          format.number(of.refused_total),
        )}{" "}
        <small>
          {of.format} {of.items_total > of.items.length && t.previewCut}
        </small>
      </p>
      {of.warnings.map((w) => (
        <Alert key={w.en} type="warning" message={text(w)} />
      ))}
      <Few
        title={t.preview}
        heads={[t.line, t.becomes, t.notes]}
        rows={of.items.map((item) => [
          item.line,
          cells.indicator(item.kind, item.value),
          `${text(item.notes)} ${item.actionable ? "" : t.notActionable}`.trim(),
        ])}
      />
      <RefusedLines of={of.refusals} />
    </>
  );
}

function Labelled(props: {
  title: string;
  required?: boolean;
  children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className={props.required ? "required" : undefined}>
        {props.title}
      </label>
      {props.children(id)}
    </div>
  );
}

/** `done`: an import came to its end while the page was still there. */
function Bring({ done }: { done: (record: ImportRecord) => void }) {
  const t = useTexts(deskTexts);
  const word = useWord();
  const [file, setFile] = useState<File>();
  const [terms, setTerms] = useState({ source: "", kind: "", label: "", confidence: "" });
  const preview = usePreview();
  const bring = useImport();
  const whole: Terms | undefined = file && { ...terms, file };
  const why = useId();
  const put = (change: Partial<typeof terms>) => {
    setTerms({ ...terms, ...change });
    preview.reset();
  };
  const lacks = !file
    ? t.lacksFile
    : !preview.data
      ? t.lacksPreview
      : !terms.source.trim()
        ? t.lacksSource
        : "";
  return (
    <section className="desk-panel" aria-label={t.import}>
      <div className="desk-form">
        <Labelled title={t.file} required>
          {(id) => (
            <input
              id={id}
              type="file"
              onChange={(e) => {
                setFile(e.target.files?.[0]);
                preview.reset();
              }}
            />
          )}
        </Labelled>
        <Labelled title={t.source} required>
          {(id) => (
            <Input
              id={id}
              required
              value={terms.source}
              // What the lines become does not depend on it: the preview stays.
              onChange={(e) => setTerms({ ...terms, source: e.target.value })}
            />
          )}
        </Labelled>
        <Labelled title={t.indicatorKind}>
          {(id) => (
            <Select
              id={id}
              value={terms.kind}
              onChange={(kind) => put({ kind })}
              options={[
                { value: "", label: t.guessed },
                ...KINDS.map((k) => ({ value: k, label: word(k) })),
              ]}
            />
          )}
        </Labelled>
        <Labelled title={t.label}>
          {(id) => (
            <Input id={id} value={terms.label} onChange={(e) => put({ label: e.target.value })} />
          )}
        </Labelled>
        <Labelled title={t.confidence}>
          {(id) => (
            <Input
              id={id}
              inputMode="numeric"
              value={terms.confidence}
              onChange={(e) => put({ confidence: e.target.value })}
            />
          )}
        </Labelled>
        <Button
          disabled={!whole}
          loading={preview.isPending}
          onClick={() => whole && preview.mutate(whole)}
        >
          {t.preview}
        </Button>
        <Button
          type="primary"
          disabled={Boolean(lacks)}
          aria-describedby={why}
          onClick={() => {
            if (whole) bring.mutate(whole, { onSuccess: done });
            preview.reset();
          }}
        >
          {t.import}
        </Button>
      </div>
      <small id={why}>{lacks}</small>
      <WorksHere place={INTAKE} />
      {preview.error && <ProblemView error={preview.error} />}
      {preview.data && <PreviewView of={preview.data} />}
    </section>
  );
}

type Sort = "created" | "-created";
const orders = { time: { ascending: "created", descending: "-created" } };

/** The newest first. */
async function load({ sort, after, limit, signal }: Ask): Promise<Page<ImportRecord>> {
  const query = { after, limit, sort: (sort as Sort) ?? "-created" };
  const answer = api.GET("/api/v1/imports", { params: { query }, signal });
  return (await data(answer)) as Page<ImportRecord>;
}

function useColumns(): Column<ImportRecord>[] {
  const t = useTexts(deskTexts);
  const word = useWord();
  const format = useFormat();
  const sourceName = useSourceName();
  const count = (
    key: "lines" | "imported" | "merged" | "refused",
    title: string,
  ): Column<ImportRecord> => ({
    key,
    title,
    width: 90,
    cell: (r) => format.number(r[key] ?? 0),
    text: (r) => String(r[key] ?? 0),
    order: (r) => r[key] ?? 0,
  });
  return [
    {
      key: "source",
      title: t.source,
      width: 150,
      grow: true,
      text: (r) => sourceName(r.source),
    },
    {
      key: "file",
      title: t.file,
      width: 150,
      grow: true,
      cell: (r) => r.file_name,
      text: (r) => r.file_name ?? "",
    },
    {
      key: "state",
      title: t.state,
      width: 100,
      cell: (r) => <StateTag state={r.state ?? ""} />,
      text: (r) => word(r.state),
    },
    count("lines", t.lines),
    count("imported", t.importedCount),
    count("merged", t.merged),
    count("refused", t.refused),
    {
      key: "time",
      title: t.time,
      width: 165,
      text: (r) => format.dateTime(r.by?.at ?? ""),
      order: (r) => instant(r.by?.at),
    },
    {
      key: "by",
      title: t.by2,
      width: 160,
      cell: (r) => <Person id={r.by?.person} unit={r.by?.organization} />,
      text: (r) => r.by?.person ?? "",
    },
  ];
}

export default function Intake() {
  const t = useTexts(deskTexts);
  const text = useText();
  const columns = useColumns();
  const [submitting, setSubmitting] = useState(false);
  const [opened, setOpened] = useState<ImportRecord>();
  const rowKey = useCallback((r: ImportRecord) => r.id ?? "", []);
  useKeys([
    { key: "n", help: t.byHand, run: () => setSubmitting(true) },
    { key: "Escape", help: t.close, run: () => setOpened(undefined) },
  ]);
  return (
    <>
      <PageHead
        title={t.intake}
        purpose={t.intakePurpose}
        help={t.intakeHelp}
        extra={<Button onClick={() => setSubmitting(true)}>{t.byHand}</Button>}
      />
      <Bring done={setOpened} />
      <div className={opened ? "desk desk-open" : "desk"}>
        <DataTable
          name="imports"
          title={t.imported}
          live={["import"]}
          orders={orders}
          columns={columns}
          rowKey={rowKey}
          load={load}
          open={setOpened}
          emptyHint={t.importEmpty}
        />
        {opened && (
          <ImportPane key={opened.id} record={opened} close={() => setOpened(undefined)} />
        )}
      </div>
      {submitting && (
        <ActionForm
          action={byHand}
          step={submission}
          subject={text({ zh: deskTexts.zh.byHand, en: deskTexts.en.byHand })}
          close={() => setSubmitting(false)}
        />
      )}
    </>
  );
}
