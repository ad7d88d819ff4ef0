// What is bound to a person beside the account: further units to act for, client certificates.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactNode } from "react";
import { api, data } from "../../api/client";
import { all, useOrganizations } from "../../api/queries";
import type { Action } from "../../parts/ActionForm";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { admin as en } from "../../texts/en/admin";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { asPage, DoButton, useRole } from "./parts";
import { bindCertificate, changeRoles, joinUnit, SCOPES } from "./registry";
import type { Listed, Token } from "./shapes";

interface Props {
  user: Listed;
  start: (action: Action) => void;
}

/** The platform's operators bind something more to whoever may sign in. */
function Bound(props: Props & { title: string; label: string; add: Action; children: ReactNode }) {
  const admin = useRole("admin");
  return (
    <section>
      <header className="panel-head">
        <h3>{props.title}</h3>
        {admin && !props.user.disabled && (
          <Button size="small" onClick={() => props.start(props.add)}>
            {props.label}
          </Button>
        )}
      </header>
      {props.children}
    </section>
  );
}

/** The units beside the first one: for which the person acts, and for which no longer. */
export function Memberships({ user, start }: Props) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const cells = useCells();
  const word = useWord();
  const units = useOrganizations();
  const admin = useRole("admin");
  const login = user.login ?? "";
  const path = `/api/v1/users/${encodeURIComponent(login)}/leave`;
  const code = (id: string | undefined) => units.data?.get(id ?? "")?.code;
  return (
    <Bound title={t.memberships} user={user} start={start} label={t.join} add={joinUnit(login)}>
      <Few
        title={t.memberships}
        heads={[t.unit, t.roles, t.from, t.until, t.steps]}
        none={t.noMemberships}
        rows={(user.memberships ?? []).map((m) => [
          cells.unit(m.organization),
          m.roles?.map(word).join(mark.words),
          cells.date(m.since),
          cells.date(m.left, t.noEnd),
          admin && !m.left && (
            <span key="steps" className="buttons">
              {!user.disabled && (
                <Button
                  size="small"
                  onClick={() =>
                    start(changeRoles(login, code(m.organization) ?? "", m.roles ?? []))
                  }
                >
                  {t.changeRoles}
                </Button>
              )}
              <DoButton
                label={t.leave}
                path={path}
                body={{ organization: code(m.organization) }}
                ask={t.leaveAsk}
              />
            </span>
          ),
        ])}
      />
    </Bound>
  );
}

/** By which the person signs in, and calls TAXII, without a password. */
export function Certificates({ user, start }: Props) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const cells = useCells();
  const text = useText();
  const admin = useRole("admin");
  const tokens = useQuery({
    queryKey: ["tokens", "all"],
    meta: { live: ["token"] },
    queryFn: ({ signal }) =>
      all<Token>(async (after) =>
        asPage<Token>(
          await data(
            api.GET("/api/v1/tokens", { params: { query: { limit: 1000, after } }, signal }),
          ),
        ),
      ),
  });
  const bound = [...(tokens.data?.values() ?? [])].filter(
    (one) => one.user === user.id && one.certificate && !one.revoked,
  );
  return (
    <Bound
      title={t.certificates}
      user={user}
      start={start}
      label={t.bind}
      add={bindCertificate(user.login ?? "", user.organization_codes)}
    >
      <Few
        title={t.certificates}
        heads={[t.fingerprint, t.unit, t.scopes, t.validUntil, t.steps]}
        none={t.noCertificates}
        rows={bound.map((one) => [
          cells.code(one.certificate),
          cells.unit(one.organization || user.organization),
          one.scopes?.map((s) => text(SCOPES[s]) || s).join(mark.words),
          cells.date(one.expires, t.noEnd),
          admin && (
            <DoButton
              key="unbind"
              label={t.unbind}
              path={`/api/v1/tokens/${one.id}/revocation`}
              ask={t.unbindAsk}
            />
          ),
        ])}
      />
    </Bound>
  );
}
