// What the pages of administration are made of.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal } from "antd";
import type { ReactNode } from "react";
import { act } from "../../api/client";
import { asProblem } from "../../api/problem";
import { useMe } from "../../api/queries";
import type { Page, Role, Step } from "../../api/shapes";
import { newKey } from "../../parts/ActionForm";
import { useCopy } from "../../parts/Indicator";
import { admin as en } from "../../texts/en/admin";
import { useMarks, useText, useTexts } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";

/** Whether the reader holds one of the roles; the hub decides, this only hides what it would refuse. */
export function useRole(...roles: Role[]): boolean {
  const me = useMe();
  return me.data?.user.roles.some((r) => roles.includes(r)) ?? false;
}

/** A basis for a form that is no step of a document. */
export function under(article: string, requirement: string): Step {
  return { to: "", article, requirement };
}

/** An answer of the hub as a page of a table. */
export function asPage<Row>(answer: unknown): Page<Row> {
  const page = answer as Partial<Page<Row>>;
  return { items: page.items ?? [], ...(page.next ? { next: page.next } : {}) };
}

export function Panel(props: {
  title: string;
  hint?: string;
  extra?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="panel" aria-label={props.title}>
      <header className="panel-head">
        <div>
          <h2>{props.title}</h2>
          {props.hint && <p>{props.hint}</p>}
        </div>
        {props.extra}
      </header>
      {props.children}
    </section>
  );
}

/** A step without questions, as a button; a dangerous one is asked about first. */
export function DoButton(props: {
  label: string;
  path: string;
  body?: unknown;
  ask?: string;
  done?: (answer: unknown) => void;
}) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const text = useText();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const send = useMutation({
    mutationFn: () => act(props.path, props.body ?? {}, newKey()),
    onSuccess: async (answer) => {
      message.success(t.doneIt(props.label));
      props.done?.(answer);
      await client.invalidateQueries({ predicate: (q) => q.meta?.live !== undefined });
    },
    onError: (error) => {
      const problem = asProblem(error);
      message.error([text(problem.title), text(problem.detail)].filter(Boolean).join(mark.says), 6);
    },
  });
  const go = () => {
    if (!props.ask) return send.mutate();
    modal.confirm({
      title: props.label,
      content: props.ask,
      okText: props.label,
      cancelText: t.cancel,
      okButtonProps: { danger: true },
      onOk: () => send.mutateAsync().catch(() => undefined),
    });
  };
  return (
    <Button size="small" danger={props.ask !== undefined} loading={send.isPending} onClick={go}>
      {props.label}
    </Button>
  );
}

/** A secret that the hub says once. */
export function Secret(props: { title: string; secret: string; close: () => void }) {
  const t = useTexts({ zh, en });
  const copy = useCopy();
  return (
    <Modal
      open
      title={props.title}
      onCancel={props.close}
      maskClosable={false}
      footer={<Button onClick={props.close}>{t.keptIt}</Button>}
    >
      <p>{t.secretOnce}</p>
      <Input.TextArea
        readOnly
        aria-label={props.title}
        className="secret"
        value={props.secret}
        rows={3}
      />
      <Button onClick={() => copy(props.secret, t.secretCopied)}>{t.copySecret}</Button>
    </Modal>
  );
}
