// The dialog of a decision in bulk: the sample that has to be read, the form, and what came of each.
import { Alert, Button, Checkbox, Form, Modal, Progress } from "antd";
import { useFormat } from "../../base/format";
import { useWorks } from "../../base/work";
import { Fields } from "../../parts/ActionForm";
import { Article } from "../../parts/Article";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { useBroughtIntoView } from "../../parts/view";
import { useMarks, useText, useTexts } from "../../texts/use";
import { change, go, type Outcome, type Run, told } from "./runs";
import { deskTexts } from "./texts";

function Refusals({ outcome }: { outcome: Outcome }) {
  const t = useTexts(deskTexts);
  const cells = useCells();
  const text = useText();
  return (
    <Few
      title={t.refused}
      heads={[t.number, t.requirement, t.detail]}
      rows={outcome.refused.map(([number, problem]) => [
        cells.code(number),
        cells.code(problem.rule),
        text(problem.detail) || text(problem.title),
      ])}
    />
  );
}

function Report({ outcome, all, busy }: { outcome: Outcome; all: number; busy: boolean }) {
  const t = useTexts(deskTexts);
  const mark = useMarks();
  const text = useText();
  const tried = outcome.done.length + outcome.refused.length + outcome.unknown.length;
  const whole = outcome.done.length === all;
  const report = useBroughtIntoView<HTMLDivElement>(!busy);
  return (
    <div role="status" ref={report} tabIndex={-1}>
      <Progress
        percent={Math.round((tried / all) * 100)}
        status={busy ? "active" : whole ? "success" : "exception"}
        showInfo={false}
        aria-label={t.bulkDone(String(outcome.done.length), String(all))}
      />
      <Alert
        type={busy ? "info" : whole ? "success" : "warning"}
        message={told(outcome, all, busy).map(text).join(mark.clauses)}
      />
      {outcome.refused.length > 0 && <Refusals outcome={outcome} />}
    </div>
  );
}

function Sample({ run, open }: { run: Run; open: (number: string) => void }) {
  const t = useTexts(deskTexts);
  const format = useFormat();
  return (
    <fieldset className="form-rows">
      <legend>{t.sample(format.number(run.sample.length))}</legend>
      <Checkbox.Group
        className="stacked"
        value={run.read}
        onChange={(read) => change(run.id, { read })}
        options={run.sample.map((n) => ({
          value: n,
          label: t.sampleRead(n),
          disabled: !run.seen.includes(n),
        }))}
      />
      {run.sample.map((n) => (
        <Button
          key={n}
          type="link"
          size="small"
          onClick={() => {
            change(run.id, { seen: [...run.seen, n] });
            open(n);
          }}
        >
          {t.read(n)}
        </Button>
      ))}
    </fieldset>
  );
}

interface Props {
  run: Run;
  /** A case of the sample is read: the dialog goes out of the way. */
  open: (number: string) => void;
  close: () => void;
}

export function BulkRun({ run, open, close }: Props) {
  const t = useTexts(deskTexts);
  const text = useText();
  const format = useFormat();
  const work = useWorks().find((w) => w.key === run.id);
  const [form] = Form.useForm();
  const { shared, outcome, busy } = run;
  const all = shared.actions.size;
  const whole = outcome?.done.length === all;
  const unread = run.sample.length - run.read.length;
  const fields = shared.actions.values().next().value?.fields ?? [];
  return (
    <Modal
      open
      width={720}
      title={t.bulkTitle(text(shared.title), format.number(all))}
      onCancel={close}
      footer={[
        busy && (
          <Button key="stop" onClick={work?.stop}>
            {t.stop}
          </Button>
        ),
        !whole && (
          <Button
            key="run"
            type="primary"
            loading={busy}
            disabled={unread > 0}
            onClick={() => form.submit()}
          >
            {outcome ? t.again : t.run}
          </Button>
        ),
        <Button key="close" onClick={close}>
          {busy ? t.leave : t.close}
        </Button>,
      ]}
    >
      <p className="form-basis">
        <Article article={shared.step.article} requirement={shared.step.requirement} />{" "}
        <small>{shared.step.requirement}</small>
      </p>
      {run.sample.length > 0 && !outcome && <Sample run={run} open={open} />}
      <Form
        form={form}
        layout="vertical"
        scrollToFirstError={{ focus: true }}
        disabled={busy || whole}
        initialValues={run.values}
        onFinish={(values) => void go(run, values)}
      >
        <Fields fields={fields} />
      </Form>
      {outcome && <Report outcome={outcome} all={all} busy={busy} />}
    </Modal>
  );
}
