// An import: what became of its lines, and their submission as distinct cases.
import { useQuery } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useState } from "react";
import { ofImport, submission } from "../../acts/submissions";
import { api, data } from "../../api/client";
import type { Text } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { useSettings } from "../../base/settings";
import { ActionForm } from "../../parts/ActionForm";
import { Article } from "../../parts/Article";
import { DocNumber } from "../../parts/DocNumber";
import { Facts } from "../../parts/Facts";
import { Indicator } from "../../parts/Indicator";
import { StateTag } from "../../parts/StateTag";
import { useBroughtIntoView } from "../../parts/view";
import { useMarks, useText, useTexts } from "../../texts/use";
import { type ImportRecord, useSourceName } from "./documents";
import { RefusedLines } from "./RefusedLines";
import { deskTexts } from "./texts";

/** What became of the indicators, as the submission answers. */
interface Submitted {
  threats: number;
  merged: number;
  left: number;
  stopped: number;
  refused: number;
  numbers: string[];
  stops: {
    indicator: { kind: string; value: string };
    list: string;
    reason: Text;
    case?: string;
  }[];
}

function Result({ of }: { of: Submitted }) {
  const t = useTexts(deskTexts);
  const mark = useMarks();
  const text = useText();
  const format = useFormat();
  const said = [
    t.threats(format.number(of.threats)),
    t.mergedInto(format.number(of.merged)),
    of.stopped > 0 && t.stoppedCount(format.number(of.stopped)),
    of.refused > 0 && t.refusedCount(format.number(of.refused)),
    of.left > 0 && t.leftCount(format.number(of.left)),
  ].filter(Boolean);
  const whole = of.stopped === 0 && of.refused === 0 && of.left === 0;
  return (
    <section role="status">
      <h3>{t.submittedResult}</h3>
      <Alert type={whole ? "success" : "warning"} message={said.join(mark.clauses)} />
      {of.stops.map((stop) => (
        <div className="desk-note" key={`${stop.indicator.value}:${stop.list}`}>
          <Indicator kind={stop.indicator.kind} value={stop.indicator.value} />{" "}
          {t.stopped(stop.list)} {text(stop.reason)} <DocNumber of={stop.case} />
        </div>
      ))}
      <p className="buttons">
        {t.numbers}
        {of.numbers.map((number) => (
          <DocNumber key={number} of={number} />
        ))}
      </p>
    </section>
  );
}

export function ImportPane(props: { record: ImportRecord; close: () => void }) {
  const t = useTexts(deskTexts);
  const format = useFormat();
  const { language } = useSettings();
  const [submitting, setSubmitting] = useState(false);
  const [result, setResult] = useState<Submitted>();
  const heading = useBroughtIntoView<HTMLHeadingElement>(props.record.id);
  const id = props.record.id ?? "";
  const live = useQuery({
    queryKey: ["imports", id],
    meta: { live: ["import"] },
    queryFn: async ({ signal }): Promise<ImportRecord> =>
      await data(api.GET("/api/v1/imports/{id}", { params: { path: { id } }, signal })),
  });
  const record = live.data ?? props.record;
  const source = useSourceName()(record.source);
  return (
    <aside className="desk-pane" aria-label={t.pane(source)}>
      <header>
        <div>
          <h2 ref={heading} tabIndex={-1}>
            {source} {record.file_name}
          </h2>
          <StateTag state={record.state ?? ""} />
        </div>
        <Button size="small" onClick={props.close}>
          {t.close}
        </Button>
      </header>
      <div className="desk-acts">
        <Button type={result ? "default" : "primary"} onClick={() => setSubmitting(true)}>
          {t.submitImport}
        </Button>
        <Article article={submission.article} requirement={submission.requirement} />
      </div>
      <Facts
        of={[
          [t.format, record.format],
          [t.lines, format.number(record.lines ?? 0)],
          [t.importedCount, format.number(record.imported ?? 0)],
          [t.merged, format.number(record.merged ?? 0)],
          [t.refused, format.number(record.refused ?? 0)],
        ]}
      />
      {record.error && <Alert type="error" message={record.error} />}
      {(language === "zh" ? record.warnings_zh : record.warnings)?.map((w) => (
        <Alert key={w} type="warning" message={w} />
      ))}
      {result && <Result of={result} />}
      <RefusedLines of={record.refusals} />
      {submitting && (
        <ActionForm
          action={ofImport(id)}
          step={submission}
          subject={source}
          close={() => setSubmitting(false)}
          done={(answer) => setResult(answer as Submitted)}
        />
      )}
    </aside>
  );
}
