// Password, then a code if the hub asks for one. What comes back is a cookie that no script reads.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { asProblem } from "../../api/problem";
import { change, useSettings } from "../../base/settings";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { signIn as en } from "../../texts/en/sign-in";
import { useTexts } from "../../texts/use";
import { signIn as zh } from "../../texts/zh/sign-in";
import { Invitation } from "./Invitation";

interface Values {
  login?: string;
  password?: string;
  code?: string;
  /** Instead of a password: the client certificate that the browser showed to the hub. */
  certificate?: boolean;
}

/** Only such a connection can show a certificate. */
const overTls = location.protocol === "https:";

export default function SignIn() {
  const t = useTexts({ zh, en });
  const { language } = useSettings();
  const client = useQueryClient();
  const [askCode, setAskCode] = useState(false);
  const [invited, setInvited] = useState(false);
  const send = useMutation({
    mutationFn: (values: Values) =>
      api.POST("/api/v1/session", { body: { ...values, cookie: true } as Values }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["me"] }),
    onError: (error) => {
      if (asProblem(error).field === "code") setAskCode(true);
    },
  });
  // Being asked for the code is a step, not a failure.
  const firstAsk =
    send.error && asProblem(send.error).field === "code" && !send.variables?.code?.trim();
  return (
    <main className="sign-in">
      <PageHead
        title={t.title}
        purpose={t.purpose}
        extra={
          <Select
            aria-label="Language / 语言"
            value={language}
            options={[
              { value: "zh", label: "中文" },
              { value: "en", label: "English" },
            ]}
            onChange={(l) => change({ language: l })}
          />
        }
      />
      {invited ? (
        <Invitation accepted={(values) => send.mutate(values)} />
      ) : (
        <Form
          layout="vertical"
          requiredMark={false}
          onFinish={(values: Values) => send.mutate(values)}
        >
          <Form.Item name="login" label={t.login} rules={[{ required: true }]}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item name="password" label={t.password} rules={[{ required: true }]}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {askCode && (
            <Form.Item name="code" label={t.code} extra={t.codeHint}>
              <Input autoComplete="one-time-code" inputMode="numeric" autoFocus />
            </Form.Item>
          )}
          {send.error && !firstAsk && <ProblemView error={send.error} />}
          <Button type="primary" htmlType="submit" block loading={send.isPending}>
            {t.submit}
          </Button>
          {overTls && (
            <Button block onClick={() => send.mutate({ certificate: true })}>
              {t.byCertificate}
            </Button>
          )}
        </Form>
      )}
      <Button type="link" block onClick={() => setInvited(!invited)}>
        {invited ? t.havePassword : t.haveInvitation}
      </Button>
    </main>
  );
}
