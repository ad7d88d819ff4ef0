// How a point is connected: what to write where, to copy. Its key is fetched only when asked for,
// because the journal remembers that it was shown.
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Modal, Select, Space } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import { useCopy } from "../../parts/Indicator";
import { ProblemView } from "../../parts/ProblemView";
import { lists as en } from "../../texts/en/lists";
import { useText, useTexts } from "../../texts/use";
import { lists as zh } from "../../texts/zh/lists";
import type { PointRow } from "./Points";
import { clientSnippet, configCommand, tokenCommand } from "./snippets";

function Snippet({ text, name }: { text: string; name: string }) {
  const t = useTexts({ zh, en });
  const copy = useCopy();
  return (
    <>
      <section className="snippet" aria-label={name}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
      <Button size="small" onClick={() => copy(text, t.copied)}>
        {t.copy}
      </Button>
    </>
  );
}

function Resolver({ code, own }: { code: string; own: boolean }) {
  const t = useTexts({ zh, en });
  const [resolver, setResolver] = useState<"unbound" | "bind">("unbound");
  const fetched = useMutation({
    mutationFn: async () => {
      const answer = await api.GET("/api/v1/points/{id}/configuration", {
        params: { path: { id: code }, query: { resolver } },
        parseAs: "text",
      });
      return answer.data as string;
    },
  });
  if (!own) {
    return (
      <>
        <p>{t.notYours}</p>
        <p>{t.ownSteps}</p>
        <Snippet name={t.resolver} text={configCommand(code)} />
      </>
    );
  }
  return (
    <>
      <Space>
        <Select
          aria-label={t.resolver}
          value={resolver}
          options={["unbound", "bind"].map((value) => ({ value, label: value }))}
          onChange={(next) => {
            setResolver(next as typeof resolver);
            fetched.reset();
          }}
        />
        <Button type="primary" loading={fetched.isPending} onClick={() => fetched.mutate()}>
          {t.fetchConfiguration}
        </Button>
      </Space>
      {fetched.error && <ProblemView error={fetched.error} />}
      {fetched.data && <Snippet name={t.resolver} text={fetched.data} />}
    </>
  );
}

export function Connect({ row, close }: { row: PointRow; close: () => void }) {
  const t = useTexts({ zh, en });
  const text = useText();
  const me = useMe();
  const { code, kind, organization } = row.point;
  return (
    <Modal
      open
      width={760}
      title={t.setUp(code)}
      onCancel={close}
      footer={<Button onClick={close}>{t.close}</Button>}
    >
      <div className="stacked">
        {text(row.note) && <Alert type="info" showIcon message={text(row.note)} />}
        {kind === "dns-rpz" ? (
          <Resolver code={code} own={me.data?.organization.id === organization} />
        ) : (
          <>
            <p>{t.tokenFirst}</p>
            <Snippet name={t.tokenFirst} text={tokenCommand(code)} />
            <p>{t.thenWrite}</p>
            <Snippet name={t.thenWrite} text={clientSnippet(kind, window.location.origin)} />
          </>
        )}
      </div>
    </Modal>
  );
}
