// What belongs to the person who is signed in: password, second factor, sessions, tokens.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, Skeleton } from "antd";
import { useState } from "react";
import { act, api, data } from "../../api/client";
import { useMe } from "../../api/queries";
import { useFormat } from "../../base/format";
import { type Action, ActionForm, newKey } from "../../parts/ActionForm";
import { Facts } from "../../parts/Facts";
import { NewPassword } from "../../parts/NewPassword";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { account as en } from "../../texts/en/account";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { account as zh } from "../../texts/zh/account";
import { asPage, DoButton, Panel, Secret, under } from "../admin/parts";
import { bindCertificate, issueToken, SCOPES } from "../admin/registry";
import type { IssuedToken, Token } from "../admin/shapes";
import { SecondFactor } from "./SecondFactor";

function Who() {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const text = useText();
  const word = useWord();
  const format = useFormat();
  const me = useMe();
  if (!me.data) return null;
  const { user, organization } = me.data;
  return (
    <Facts
      of={[
        [t.login, <code key="login">{user.login}</code>],
        [t.name, user.name],
        [t.unit, text(organization.title)],
        [t.roles, user.roles.map(word).join(mark.words)],
        [
          t.trainings,
          user.training
            ?.map((one) => `${one.topic} ${format.date(one.on ?? "")}`)
            .join(mark.clauses),
        ],
      ]}
    />
  );
}

interface Passwords {
  old: string;
  password: string;
  again: string;
}

function Password() {
  const t = useTexts({ zh, en });
  const { message } = App.useApp();
  const [form] = Form.useForm<Passwords>();
  const send = useMutation({
    mutationFn: ({ old, password }: Passwords) =>
      act("/api/v1/me/password", { old, password }, newKey()),
    onSuccess: () => {
      form.resetFields();
      message.success(t.passwordChanged);
    },
  });
  const needed = [{ required: true, message: t.needed }];
  return (
    <Panel title={t.password} hint={t.passwordHint}>
      <Form
        form={form}
        layout="vertical"
        className="panel-form"
        requiredMark={false}
        onFinish={(values) => send.mutate(values)}
      >
        <Form.Item name="old" label={t.oldPassword} rules={needed}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <NewPassword />
        {send.error && <ProblemView error={send.error} />}
        <Button type="primary" htmlType="submit" loading={send.isPending}>
          {t.changePassword}
        </Button>
      </Form>
    </Panel>
  );
}

function useSessions() {
  return useQuery({
    queryKey: ["sessions"],
    meta: { live: ["token"] },
    queryFn: async ({ signal }) =>
      (await data(api.GET("/api/v1/sessions", { signal }))).items ?? [],
  });
}

function Sessions() {
  const t = useTexts({ zh, en });
  const cells = useCells();
  const client = useQueryClient();
  const { data: all, error, refetch } = useSessions();
  const end = useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } }),
    // The tokens first: what is no session any more must not come up among them.
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: ["tokens"] });
      await refetch();
    },
  });
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!all) return <Skeleton active />;
  const others = all.filter((s) => !s.current);
  const endAll = async () => {
    for (const one of others) await end.mutateAsync(one.id ?? "");
  };
  return (
    <Panel
      title={t.sessions}
      hint={t.sessionsHint}
      extra={
        others.length > 1 && (
          <Button danger loading={end.isPending} onClick={() => void endAll()}>
            {t.endOthers}
          </Button>
        )
      }
    >
      {end.error && <ProblemView error={end.error} />}
      <Few
        title={t.sessions}
        heads={[t.from, t.program, t.since, t.lastUsed, t.expires, t.steps]}
        none={t.noSessions}
        rows={all.map((s) => [
          cells.code(s.address),
          s.agent,
          cells.time(s.created),
          cells.time(s.last_used),
          cells.time(s.expires),
          s.current ? (
            t.thisOne
          ) : (
            <Button key="end" size="small" danger onClick={() => end.mutate(s.id ?? "")}>
              {t.end}
            </Button>
          ),
        ])}
      />
    </Panel>
  );
}

function Tokens() {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const cells = useCells();
  const text = useText();
  const me = useMe();
  const [adding, setAdding] = useState<Action>();
  const codes = me.data?.sides.map((s) => s.code);
  const [secret, setSecret] = useState("");
  const {
    data: all,
    error,
    refetch,
  } = useQuery({
    queryKey: ["tokens"],
    meta: { live: ["token"] },
    queryFn: async ({ signal }) => {
      const answer = api.GET("/api/v1/tokens", { params: { query: { limit: 1000 } }, signal });
      return asPage<Token>(await data(answer)).items;
    },
  });
  // Those who run or audit the platform get everybody's; sessions, which are tokens too, stand above.
  const sessions = new Set(useSessions().data?.map((one) => one.id));
  const own = (all ?? []).filter(
    (one) => one.user === me.data?.user.id && !one.revoked && !sessions.has(one.id),
  );
  return (
    <Panel
      title={t.tokens}
      hint={t.tokensHint}
      extra={
        <span className="buttons">
          <Button onClick={() => setAdding(issueToken(codes))}>{t.issue}</Button>
          <Button
            onClick={() => setAdding(bindCertificate(me.data?.user.login ?? "", codes, true))}
          >
            {t.bind}
          </Button>
        </span>
      }
    >
      {error && <ProblemView error={error} retry={() => refetch()} />}
      <Few
        title={t.tokens}
        heads={[t.label, t.unit, t.scopes, t.created, t.expires, t.steps]}
        none={t.noTokens}
        rows={own.map((one) => [
          one.label,
          cells.unit(one.organization || me.data?.sides[0]?.id),
          one.scopes?.length
            ? one.scopes.map((s) => text(SCOPES[s]) || s).join(mark.words)
            : t.allScopes,
          cells.time(one.created),
          cells.time(one.expires, t.never),
          <DoButton
            key="revoke"
            label={t.revoke}
            path={`/api/v1/tokens/${one.id}/revocation`}
            ask={t.revokeAsk}
          />,
        ])}
      />
      {adding && (
        <ActionForm
          action={adding}
          subject={t.tokens}
          step={under("6", "W17-09")}
          close={() => setAdding(undefined)}
          done={(made) => setSecret((made as IssuedToken).secret ?? "")}
        />
      )}
      {secret && <Secret title={t.newToken} secret={secret} close={() => setSecret("")} />}
    </Panel>
  );
}

export default function Account() {
  const t = useTexts({ zh, en });
  return (
    <>
      <PageHead title={t.title} purpose={t.purpose} help={t.help} />
      <Who />
      <div className="two-columns">
        <Password />
        <SecondFactor />
      </div>
      <Sessions />
      <Tokens />
    </>
  );
}
