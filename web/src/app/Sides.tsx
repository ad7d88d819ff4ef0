// For which organisation the session acts, and the choice for those who act for several.
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Select } from "antd";
import { useEffect } from "react";
import { useNavigate } from "react-router";
import { api, data, shownSide } from "../api/client";
import { asProblem } from "../api/problem";
import { useMe } from "../api/queries";
import type { Me } from "../api/shapes";
import { useMarks, useText, useTexts } from "../texts/use";
import { shellTexts } from "./texts";

/** The session is one for all windows of a browser, so a switch in one is one in all. */
const CHANNEL = "tocsin.organization";

/** Nothing that was answered for another organisation stays. */
async function forgetAnswers(client: QueryClient): Promise<void> {
  const answers = { predicate: (q: { queryKey: readonly unknown[] }) => q.queryKey[0] !== "me" };
  await client.cancelQueries(answers);
  await client.resetQueries(answers);
}

/** Follows a switch that another window made. */
export function useOtherWindows(): void {
  const client = useQueryClient();
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = async () => {
      await client.refetchQueries({ queryKey: ["me"] });
      await forgetAnswers(client);
    };
    return () => channel.close();
  }, [client]);
}

function tellOtherWindows(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage("switched");
  channel.close();
}

export function Sides() {
  const t = useTexts(shellTexts);
  const mark = useMarks();
  const text = useText();
  const me = useMe();
  const go = useNavigate();
  const client = useQueryClient();
  const { message } = App.useApp();
  const change = useMutation({
    mutationFn: async (organization: string) =>
      (await data(
        api.POST("/api/v1/session/organization", { body: { organization } }),
      )) as unknown as Me,
    onSuccess: async (now) => {
      // The page may be none of those that the other organisation's roles see.
      await go("/");
      shownSide(now.organization.code);
      client.setQueryData(["me"], now);
      tellOtherWindows();
      message.success(t.actsFor(text(now.organization.title)));
      await forgetAnswers(client);
    },
    onError: (error) => {
      const problem = asProblem(error);
      message.error([text(problem.title), text(problem.detail)].filter(Boolean).join(mark.says), 6);
    },
  });
  if (!me.data) return null;
  const { organization, sides } = me.data;
  if (sides.length < 2) return <span className="shell-unit">{text(organization.title)}</span>;
  return (
    <Select
      className="shell-side"
      aria-label={t.actingFor}
      variant="borderless"
      popupMatchSelectWidth={false}
      loading={change.isPending}
      value={organization.code}
      options={sides.map((s) => ({ value: s.code, label: text(s.title) }))}
      onChange={(code) => change.isPending || change.mutate(code)}
    />
  );
}
