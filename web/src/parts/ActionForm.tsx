// A step as a form, made from a definition: says on which article, sends under one idempotency key,
// and shows a refusal with the requirement that would be broken.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Form, Input, InputNumber, Modal, Select, Space } from "antd";
import { type ReactNode, useRef, useState } from "react";
import { act } from "../api/client";
import { useOrganizations } from "../api/queries";
import type { Organization, Step, Text } from "../api/shapes";
import { useFormat } from "../base/format";
import { useMarks, useText, useTexts, useWord } from "../texts/use";
import { Article } from "./Article";
import { DocNumber } from "./DocNumber";
import { type Attached, evidenceOf, MOST_FILE, sizeOf } from "./files";
import { useUnitName } from "./Party";
import { ProblemView } from "./ProblemView";
import { ProvinceSelect } from "./ProvinceSelect";
import { partsTexts } from "./texts";
import { useBroughtIntoView } from "./view";

/**
 * What a form asks for; `note` stands below it. `unit` gives the code of an organisation, one of `types`
 * where these are said, `lines` a list of texts, `fen` an amount of money, asked for in yuan, `tags` a
 * list of words, `many` some of the words, `provinces` the codes of regions; `title.zh` is a member of a
 * member. Rows that take `files` are evidence.
 */
export type Field = {
  name: string;
  title: Text;
  required?: boolean;
  initial?: unknown;
  note?: Text;
} & (
  | {
      kind:
        | "line"
        | "area"
        | "lines"
        | "flag"
        | "fen"
        | "secret"
        | "number"
        | "date"
        | "tags"
        | "provinces";
      hint?: Text;
    }
  | { kind: "unit"; types?: Organization["type"][] }
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

function UnitSelect({
  types,
  ...given
}: {
  types?: Organization["type"][];
  value?: string;
  onChange?: (code: string) => void;
  id?: string;
}) {
  const t = useTexts(partsTexts);
  const { data } = useOrganizations();
  const name = useUnitName();
  return (
    <Select
      {...given}
      showSearch
      optionFilterProp="label"
      notFoundContent={t.noUnit}
      options={[...(data?.values() ?? [])]
        .filter((o) => o.active && (!types || types.includes(o.type)))
        .map((o) => ({ value: o.code, label: `${name(o.id)} (${o.code})` }))}
    />
  );
}

/** One text a line; what was typed stays as it is until it is sent. */
function Lines(props: {
  id?: string;
  hint?: string;
  value?: string[];
  onChange?: (lines: string[]) => void;
}) {
  const [typed, setTyped] = useState(props.value?.join("\n") ?? "");
  return (
    <Input.TextArea
      id={props.id}
      rows={4}
      placeholder={props.hint}
      value={typed}
      onChange={(e) => {
        setTyped(e.target.value);
        const lines = e.target.value.split("\n").map((line) => line.trim());
        props.onChange?.(lines.filter(Boolean));
      }}
    />
  );
}

function Yuan(props: { id?: string; value?: number; onChange?: (fen: number) => void }) {
  return (
    <InputNumber
      id={props.id}
      min={0}
      precision={2}
      addonAfter="CNY"
      value={(props.value ?? 0) / 100}
      onChange={(yuan) => props.onChange?.(Math.round((yuan ?? 0) * 100))}
    />
  );
}

/** What Form.Item hands to its control. */
interface Given {
  id?: string;
  "aria-required"?: "true";
  value?: string;
  onChange?: (value: never) => void;
}

function Control({ field, "aria-required": needed, ...given }: Given & { field: Field }) {
  const text = useText();
  const word = useWord();
  // On the element of a list the attribute would not be allowed.
  const typed = { ...given, "aria-required": needed } as object;
  switch (field.kind) {
    case "area":
      return <Input.TextArea {...typed} rows={3} placeholder={text(field.hint)} />;
    case "line":
      return <Input {...typed} placeholder={text(field.hint)} />;
    case "secret":
      return <Input.Password {...typed} autoComplete="new-password" />;
    case "number":
      return <InputNumber {...typed} min={0} precision={0} />;
    case "date":
      return <Input {...typed} type="date" />;
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
    case "lines":
      return <Lines {...(given as object)} hint={text(field.hint)} />;
    case "fen":
      return <Yuan {...(given as object)} />;
    case "provinces":
      return <ProvinceSelect {...(given as object)} mode="multiple" />;
    case "unit":
      return <UnitSelect {...(given as object)} types={field.types} />;
    default:
      return null;
  }
}

function isBlank(row: Record<string, unknown> | undefined): boolean {
  return Object.values(row ?? {}).every((value) => !value);
}

function AttachFiles({ attach }: { attach: (row: Attached) => void }) {
  const t = useTexts(partsTexts);
  const { message } = App.useApp();
  const input = useRef<HTMLInputElement>(null);
  const take = async (files: FileList | null) => {
    for (const file of files ?? []) {
      if (file.size > MOST_FILE) {
        message.error(t.fileTooLarge(file.name));
        continue;
      }
      try {
        attach(await evidenceOf(file));
      } catch {
        message.error(t.unreadable(file.name));
      }
    }
    if (input.current) input.current.value = "";
  };
  return (
    <span className="form-files">
      <Button size="small" onClick={() => input.current?.click()}>
        {t.attach}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t.attach}
        onChange={(e) => take(e.target.files)}
      />
    </span>
  );
}

/** A row that holds a file shows its name and size; the bytes are nothing to edit. */
function RowFields({ field, row }: { field: Extract<Field, { kind: "rows" }>; row: number }) {
  const t = useTexts(partsTexts);
  const format = useFormat();
  const value = Form.useWatch([field.name, row], { preserve: true }) as Attached | undefined;
  if (value?.binary) {
    return (
      <p>
        {value.title}{" "}
        <small>{t.fileOf(value.media_type, format.number(sizeOf(value.content)))}</small>
      </p>
    );
  }
  return field.fields.map((f) => <OneField key={f.name} field={f} under={row} />);
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
              <RowFields field={field} row={row.name} />
              {rows.length > (field.atLeast ?? 0) && (
                <Button size="small" onClick={() => remove(row.name)}>
                  {t.removeRow}
                </Button>
              )}
            </div>
          ))}
          <Space>
            <Button size="small" onClick={() => add(blank)}>
              {t.addRow}
            </Button>
            {field.files && (
              <AttachFiles
                attach={(made) => {
                  add(made);
                  // The blank row that was there to be filled in is filled by the file.
                  const at = rows.findIndex((row) =>
                    isBlank(form.getFieldValue([field.name, row.name])),
                  );
                  if (at >= 0) remove(rows[at]?.name ?? 0);
                }}
              />
            )}
          </Space>
        </fieldset>
      )}
    </Form.List>
  );
}

export function Fields({ fields }: { fields: Field[] }) {
  return fields.map((f) => <OneField key={f.name} field={f} />);
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
    <Form.Item
      name={name}
      label={text(field.title)}
      rules={rules}
      extra={field.note && text(field.note)}
      {...initial}
    >
      <Control field={field} />
    </Form.Item>
  );
}

/** `proposals[0].limit`, as the hub names a place, in the words of the form; empty: not of this form. */
export function placeIn(fields: Field[], place: string, text: (of: Text) => string): string {
  const found = fields.find((f) => place === f.name || /^[.[]/.test(after(f.name, place)));
  if (!found) return "";
  const row = /^\[(\d+)\]\.?(.*)$/.exec(after(found.name, place));
  if (!row) return text(found.title);
  const within = found.kind === "rows" ? placeIn(found.fields, row[2] ?? "", text) : "";
  return `${text(found.title)} ${Number(row[1]) + 1} ${within}`.trim();
}

function after(name: string, place: string): string {
  return place.startsWith(name) ? place.slice(name.length) : "";
}

/** Long enough to follow the number in a message. */
const LINK_SECONDS = 6;

/** Room for what is decided on, beside the fields. */
const WITH_ABOUT = { width: 860, style: { top: 24 } };

interface Props {
  action: Action;
  /** Of which document, as people call it. */
  subject: string;
  /** Where it leads and by which article; an empty article is not shown. */
  step: Step;
  /** What has to be known to decide, where the page behind the form does not show it. */
  about?: ReactNode;
  close: () => void;
  /** With what the hub answered, such as a secret that is shown once. */
  done?: (answer: unknown) => void;
}

export function ActionForm({ action, subject, step, about, close, done }: Props) {
  const t = useTexts(partsTexts);
  const mark = useMarks();
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
      const number = (answer as { number?: string } | undefined)?.number;
      message.success({
        content: (
          <>
            {`${t.done}${mark.says}${text(action.title)} `}
            <DocNumber of={number} />
          </>
        ),
        duration: number ? LINK_SECONDS : undefined,
      });
      close();
      done?.(answer);
      await client.invalidateQueries({ predicate: (q) => q.meta?.live !== undefined });
    },
  });
  const refusal = useBroughtIntoView<HTMLDivElement>(send.error);
  return (
    <Modal
      open
      destroyOnHidden
      {...(about ? WITH_ABOUT : {})}
      title={`${text(action.title)} · ${subject}`}
      okText={text(action.title)}
      cancelText={t.cancel}
      okButtonProps={{ danger: action.danger, loading: send.isPending, htmlType: "submit" }}
      onCancel={close}
      modalRender={(dialog) => (
        <Form
          form={form}
          layout="vertical"
          requiredMark
          scrollToFirstError={{ focus: true }}
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
      {about && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <section className="form-about" tabIndex={0} aria-label={t.about(subject)}>
          {about}
        </section>
      )}
      {send.error && (
        <div ref={refusal} tabIndex={-1}>
          <ProblemView error={send.error} placeOf={(at) => placeIn(action.fields, at, text)} />
        </div>
      )}
      <Fields fields={action.fields} />
    </Modal>
  );
}
