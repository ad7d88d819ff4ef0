// A step as a form, made from a definition: says on which article, sends under one idempotency key,
// and shows a refusal with the requirement that would be broken.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, InputNumber, Modal, Select, Space } from "antd";
import { useRef } from "react";
import { act } from "../api/client";
import { asProblem } from "../api/problem";
import { useOrganizations } from "../api/queries";
import type { Step, Text } from "../api/shapes";
import { useFormat } from "../base/format";
import { useText, useTexts, useWord } from "../texts/use";
import { Article } from "./Article";
import { evidenceOf, MOST_FILE, sizeOf } from "./files";
import { useUnitName } from "./Party";
import { ProblemView } from "./ProblemView";
import { partsTexts } from "./texts";

/**
 * What a form asks for. `unit` gives the code of an organisation, `tags` a list of words, `many` some
 * of the words; `title.zh` is a member of a member.
 */
export type Field = { name: string; title: Text; required?: boolean; initial?: unknown } & (
  | {
      kind: "line" | "area" | "flag" | "unit" | "secret" | "number" | "date" | "tags";
      hint?: Text;
    }
  | { kind: "choice" | "many"; words: string[]; labels?: Record<string, Text> }
  | { kind: "rows"; fields: Field[]; atLeast?: number; files?: boolean }
);

export interface Action {
  id: string;
  title: Text;
  path: string;
  fields: Field[];
  /** Sent besides what was filled in. */
  fixed?: Record<string, unknown>;
  danger?: boolean;
}

/** 128 random bits; crypto.randomUUID() is not there where a hub is reached without TLS. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) =>
    b.toString(16).padStart(2, "0"),
  ).join("");
}

function UnitSelect(props: { value?: string; onChange?: (code: string) => void; id?: string }) {
  const { data } = useOrganizations();
  const name = useUnitName();
  return (
    <Select
      {...props}
      showSearch
      optionFilterProp="label"
      options={[...(data?.values() ?? [])]
        .filter((o) => o.active)
        .map((o) => ({ value: o.code, label: `${name(o.id)} (${o.code})` }))}
    />
  );
}

/** What Form.Item hands to its control. */
interface Given {
  id?: string;
  value?: string;
  onChange?: (value: never) => void;
}

function Control({ field, ...given }: Given & { field: Field }) {
  const text = useText();
  const word = useWord();
  switch (field.kind) {
    case "area":
      return <Input.TextArea {...(given as object)} rows={3} placeholder={text(field.hint)} />;
    case "line":
      return <Input {...(given as object)} placeholder={text(field.hint)} />;
    case "secret":
      return <Input.Password {...(given as object)} autoComplete="new-password" />;
    case "number":
      return <InputNumber {...(given as object)} min={0} precision={0} />;
    case "date":
      return <Input {...(given as object)} type="date" />;
    case "tags":
      return (
        <Select {...(given as object)} mode="tags" open={false} placeholder={text(field.hint)} />
      );
    case "choice":
    case "many":
      return (
        <Select
          {...(given as object)}
          mode={field.kind === "many" ? "multiple" : undefined}
          allowClear={!field.required}
          options={field.words.map((w) => ({
            value: w,
            label: text(field.labels?.[w]) || word(w),
          }))}
        />
      );
    case "unit":
      return <UnitSelect {...(given as object)} />;
    default:
      return null;
  }
}

function Rows({ field }: { field: Extract<Field, { kind: "rows" }> }) {
  const t = useTexts(partsTexts);
  const text = useText();
  const form = Form.useFormInstance();
  const blank = Object.fromEntries(field.fields.map((f) => [f.name, f.initial]));
  const first = field.initial ?? Array.from({ length: field.atLeast ?? 0 }, () => blank);
  return (
    <Form.List name={field.name} initialValue={first as unknown[]}>
      {(rows, { add, remove }) => (
        <fieldset className="form-rows">
          <legend>{text(field.title)}</legend>
          {rows.map((row) => (
            <div key={row.key} className="form-row">
              {field.fields.map((f) =>
                f.name === "content" && form.getFieldValue([field.name, row.name, "binary"]) ? (
                  <FileContent key={f.name} list={field.name} row={row.name} />
                ) : (
                  <OneField key={f.name} field={f} under={row.name} />
                ),
              )}
              {rows.length > (field.atLeast ?? 0) && (
                <Button size="small" onClick={() => remove(row.name)}>
                  {t.removeRow}
                </Button>
              )}
            </div>
          ))}
          <Button size="small" onClick={() => add(blank)}>
            {t.addRow}
          </Button>
          {field.files && <AddFiles add={add} />}
        </fieldset>
      )}
    </Form.List>
  );
}

/** A file's bytes go with the form as they are; nobody types them. */
function FileContent({ list, row }: { list: string; row: number }) {
  const t = useTexts(partsTexts);
  const format = useFormat();
  const form = Form.useFormInstance();
  const sent: string = form.getFieldValue([list, row, "content"]);
  const kind: string = form.getFieldValue([list, row, "media_type"]);
  return (
    <>
      <p>{t.fileOf(kind, format.number(sizeOf(sent)))}</p>
      {["content", "media_type", "binary"].map((name) => (
        <Form.Item key={name} name={[row, name]} hidden noStyle>
          <Input />
        </Form.Item>
      ))}
    </>
  );
}

function AddFiles({ add }: { add: (row: unknown) => void }) {
  const t = useTexts(partsTexts);
  const { message } = App.useApp();
  const take = async (files: FileList | null) => {
    for (const file of files ?? []) {
      if (file.size > MOST_FILE) message.error(t.fileTooLarge(file.name));
      else add(await evidenceOf(file));
    }
  };
  return (
    <label className="form-files">
      {t.addFiles}{" "}
      <input
        type="file"
        multiple
        onChange={(e) => {
          void take(e.target.files);
          e.target.value = "";
        }}
      />
    </label>
  );
}

function OneField({ field, under }: { field: Field; under?: number }) {
  const t = useTexts(partsTexts);
  const text = useText();
  if (field.kind === "rows") return <Rows field={field} />;
  const own = field.name.split(".");
  const name = under === undefined ? own : [under, ...own];
  if (field.kind === "flag") {
    return (
      <Form.Item name={name} valuePropName="checked" initialValue={field.initial ?? false}>
        <Checkbox>{text(field.title)}</Checkbox>
      </Form.Item>
    );
  }
  const rules = field.required ? [{ required: true, message: t.needed }] : [];
  // A row's first values come with the row.
  const initial = under === undefined ? { initialValue: field.initial } : {};
  return (
    <Form.Item name={name} label={text(field.title)} rules={rules} {...initial}>
      <Control field={field} />
    </Form.Item>
  );
}

interface Props {
  action: Action;
  /** Of which document, as people call it. */
  subject: string;
  /** Where it leads and by which article; an empty article is not shown. */
  step: Step;
  close: () => void;
  /** With what the hub answered, such as a secret that is shown once. */
  done?: (answer: unknown) => void;
}

export function ActionForm({ action, subject, step, close, done }: Props) {
  const t = useTexts(partsTexts);
  const text = useText();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm();
  const sent = useRef({ body: "", key: "" });
  const send = useMutation({
    mutationFn: (values: Record<string, unknown>) => {
      const body = { ...values, ...action.fixed };
      // The same words sent again are the same request; other words are another one.
      const json = JSON.stringify(body);
      if (sent.current.body !== json) sent.current = { body: json, key: newKey() };
      return act(action.path, body, sent.current.key);
    },
    onSuccess: async (answer) => {
      message.success(`${t.done}：${text(action.title)}`);
      close();
      done?.(answer);
      await client.invalidateQueries({ predicate: (q) => q.meta?.live !== undefined });
    },
    onError: (error) => {
      const field = asProblem(error).field;
      if (action.fields.some((f) => f.name === field)) form.scrollToField(field);
    },
  });
  return (
    <Modal
      open
      destroyOnHidden
      title={`${text(action.title)} · ${subject}`}
      okText={t.send}
      cancelText={t.cancel}
      okButtonProps={{ danger: action.danger, loading: send.isPending, htmlType: "submit" }}
      onCancel={close}
      modalRender={(dialog) => (
        <Form
          form={form}
          layout="vertical"
          requiredMark
          onFinish={(values) => send.mutate(values)}
          disabled={send.isPending}
        >
          {dialog}
        </Form>
      )}
    >
      {step.article && (
        <Space className="form-basis">
          <Article article={step.article} requirement={step.requirement} />
          <small>{step.requirement}</small>
        </Space>
      )}
      {send.error && <ProblemView error={send.error} />}
      {action.fields.map((f) => (
        <OneField key={f.name} field={f} />
      ))}
    </Modal>
  );
}
