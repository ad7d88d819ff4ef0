// One step for many documents: each is asked for by itself and each refusal is shown. What the hub
// did not answer is neither done nor refused; asked again under the same key it happens once.
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Checkbox, Form, Modal, Progress } from "antd";
import { useRef, useState } from "react";
import { actionsOf } from "../../acts/steps";
import { act } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import type { Duty, Step, Text } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { type Action, Fields, newKey } from "../../parts/ActionForm";
import { Article } from "../../parts/Article";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { useMarks, useText, useTexts } from "../../texts/use";
import { type Desk, draw, randomBelow, sampleSize } from "./desks";
import { deskTexts } from "./texts";

interface Shared {
  name: string;
  step: Step;
  title: Text;
  actions: Map<string, Action>;
}

/** Steps that every selected document offers, each with the action of every document. */
function sharedBy(rows: Duty[]): Shared[] {
  const all = new Map<string, Shared>();
  for (const row of rows) {
    for (const step of row.next) {
      for (const action of actionsOf(row.number, step, row.relapse?.id)) {
        // A probe and a document are not the same act, though they lead to the same state.
        const name = `${action.path.split("/").pop()}:${JSON.stringify(action.fixed)}`;
        const one = all.get(name) ?? { name, step, title: action.title, actions: new Map() };
        if (!one.actions.has(row.number)) one.actions.set(row.number, action);
        all.set(name, one);
      }
    }
  }
  return [...all.values()].filter((one) => one.actions.size === rows.length);
}

interface Outcome {
  done: string[];
  refused: [string, Problem][];
  unknown: string[];
}
const NOTHING: Outcome = { done: [], refused: [], unknown: [] };

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
  const format = useFormat();
  const tried = outcome.done.length + outcome.refused.length + outcome.unknown.length;
  const whole = outcome.done.length === all;
  const said = [
    t.bulkDone(format.number(outcome.done.length), format.number(all)),
    outcome.refused.length > 0 && t.bulkRefused(format.number(outcome.refused.length)),
    outcome.unknown.length > 0 && t.bulkUnknown(format.number(outcome.unknown.length)),
    !busy && tried < all && t.bulkLeft(format.number(all - tried)),
  ].filter(Boolean);
  return (
    <div role="status">
      <Progress
        percent={Math.round((tried / all) * 100)}
        status={busy ? "active" : whole ? "success" : "exception"}
        showInfo={false}
        aria-label={t.bulkDone(String(outcome.done.length), String(all))}
      />
      <Alert
        type={busy ? "info" : whole ? "success" : "warning"}
        message={said.join(mark.clauses)}
      />
      {outcome.refused.length > 0 && <Refusals outcome={outcome} />}
    </div>
  );
}

interface RunProps {
  shared: Shared;
  sample: string[];
  /** Out of the way while a case of the sample is read. */
  aside: boolean;
  open: (number: string) => void;
  close: (all: boolean) => void;
}

function Run({ shared, sample, aside, open, close }: RunProps) {
  const t = useTexts(deskTexts);
  const text = useText();
  const format = useFormat();
  const client = useQueryClient();
  const [seen, setSeen] = useState<string[]>([]);
  const [read, setRead] = useState<string[]>([]);
  const [outcome, setOutcome] = useState<Outcome>();
  const [busy, setBusy] = useState(false);
  const stopped = useRef(false);
  const keys = useRef(new Map<string, string>());
  const [form] = Form.useForm();
  const numbers = [...shared.actions.keys()];

  const run = async (values: Record<string, unknown>) => {
    setBusy(true);
    stopped.current = false;
    let now: Outcome = { ...NOTHING, done: outcome?.done ?? [] };
    for (const [number, action] of shared.actions) {
      if (now.done.includes(number)) continue;
      if (stopped.current) break;
      const body = { ...values, ...action.fixed };
      const name = `${number} ${JSON.stringify(body)}`;
      const key = keys.current.get(name) ?? newKey();
      keys.current.set(name, key);
      try {
        await act(action.path, body, key);
        now = { ...now, done: [...now.done, number] };
      } catch (thrown) {
        const problem = asProblem(thrown);
        const silent = problem.status <= 0 || problem.status >= 500;
        // A refusal is final for its key; other words or another state of things are a new request.
        if (!silent) keys.current.delete(name);
        now = silent
          ? { ...now, unknown: [...now.unknown, number] }
          : { ...now, refused: [...now.refused, [number, problem]] };
      }
      setOutcome(now);
    }
    setBusy(false);
    await client.invalidateQueries({ predicate: (q) => q.meta?.live !== undefined });
  };

  const all = outcome?.done.length === numbers.length;
  const unread = sample.length - read.length;
  const fields = shared.actions.values().next().value?.fields ?? [];
  return (
    <Modal
      open={!aside}
      width={720}
      title={t.bulkTitle(text(shared.title), format.number(numbers.length))}
      onCancel={() => !busy && close(all)}
      footer={[
        busy && (
          <Button
            key="stop"
            onClick={() => {
              stopped.current = true;
            }}
          >
            {t.stop}
          </Button>
        ),
        !all && (
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
        <Button key="close" disabled={busy} onClick={() => close(all)}>
          {t.close}
        </Button>,
      ]}
    >
      <p className="form-basis">
        <Article article={shared.step.article} requirement={shared.step.requirement} />{" "}
        <small>{shared.step.requirement}</small>
      </p>
      {sample.length > 0 && !outcome && (
        <fieldset className="form-rows">
          <legend>{t.sample(format.number(sample.length))}</legend>
          <Checkbox.Group
            className="stacked"
            value={read}
            onChange={setRead}
            options={sample.map((n) => ({
              value: n,
              label: t.sampleRead(n),
              disabled: !seen.includes(n),
            }))}
          />
          {sample.map((n) => (
            <Button
              key={n}
              type="link"
              size="small"
              onClick={() => {
                setSeen([...seen, n]);
                open(n);
              }}
            >
              {t.pane(n)}
            </Button>
          ))}
        </fieldset>
      )}
      <Form form={form} layout="vertical" disabled={busy || all} onFinish={run}>
        <Fields fields={fields} />
      </Form>
      {outcome && <Report outcome={outcome} all={numbers.length} busy={busy} />}
    </Modal>
  );
}

interface Props {
  desk: Desk;
  rows: Duty[];
  clear: () => void;
  open: (number: string) => void;
}

export function Bulk({ desk, rows, clear, open }: Props) {
  const t = useTexts(deskTexts);
  const text = useText();
  const format = useFormat();
  const [running, setRunning] = useState<{ shared: Shared; sample: string[] }>();
  const [aside, setAside] = useState(false);
  const shared = sharedBy(rows);
  const begin = (one: Shared) => {
    const numbers = [...one.actions.keys()];
    const size = desk.sampled && numbers.length > 1 ? sampleSize(numbers.length) : 0;
    setRunning({ shared: one, sample: draw(numbers, size, randomBelow) });
    setAside(false);
  };
  return (
    <div className="desk-bulk">
      {shared.length === 0 && <span>{t.bulkNone}</span>}
      {shared.map((one) => (
        <Button key={one.name} onClick={() => begin(one)}>
          {t.bulk(text(one.title), format.number(rows.length))}
        </Button>
      ))}
      {running && aside && (
        <Button type="primary" onClick={() => setAside(false)}>
          {t.bulkTitle(text(running.shared.title), format.number(running.shared.actions.size))}
        </Button>
      )}
      {running && (
        <Run
          shared={running.shared}
          sample={running.sample}
          aside={aside}
          open={(number) => {
            setAside(true);
            open(number);
          }}
          close={(all) => {
            setRunning(undefined);
            if (all) clear();
          }}
        />
      )}
    </div>
  );
}
