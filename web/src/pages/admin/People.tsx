// People, their roles and trainings (articles 5 and 7).
import { Button } from "antd";
import { useState } from "react";
import { api, data } from "../../api/client";
import { usePeople } from "../../api/queries";
import type { Page, User } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { type Action, ActionForm } from "../../parts/ActionForm";
import { Facts } from "../../parts/Facts";
import { PageHead } from "../../parts/PageHead";
import { Unit, useUnitName } from "../../parts/Party";
import { useCells } from "../../parts/table/cells";
import { DataTable } from "../../parts/table/DataTable";
import { Few } from "../../parts/table/Few";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { admin as en } from "../../texts/en/admin";
import { useMarks, useTexts, useWord } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { Certificates, Memberships } from "./Bound";
import { unitsOf } from "./memberships";
import { DoButton, Panel, Secret, under, useRole } from "./parts";
import { addPerson, addTraining, changeRoles, inviteUser } from "./registry";
import type { IssuedToken, Listed } from "./shapes";

async function load({ after, limit, signal }: Ask): Promise<Page<User>> {
  const answer = api.GET("/api/v1/users", { params: { query: { after, limit } }, signal });
  return (await data(answer)) as Page<User>;
}

function useColumns(show: (user: User) => void): Column<User>[] {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const word = useWord();
  const unit = useUnitName();
  const format = useFormat();
  const roles = (u: User) => u.roles?.map(word).join(mark.words) ?? "";
  const training = (u: User) => {
    const last = u.training?.at(-1);
    return last ? `${last.topic} ${format.date(last.on ?? "")}` : "";
  };
  return [
    {
      key: "login",
      title: t.login,
      width: 150,
      cell: (u) => (
        <Button type="link" size="small" onClick={() => show(u)}>
          <code>{u.login}</code>
        </Button>
      ),
      text: (u) => u.login ?? "",
    },
    {
      key: "name",
      title: t.personName,
      width: 140,
      grow: true,
      cell: (u) => u.name,
      text: (u) => u.name ?? "",
    },
    {
      key: "unit",
      title: t.unit,
      width: 200,
      grow: true,
      text: (u) => unitsOf(u).map(unit).join(mark.words),
    },
    { key: "roles", title: t.roles, width: 220, grow: true, text: roles },
    {
      key: "training",
      title: t.lastTraining,
      width: 220,
      text: training,
      order: (u) => instant(u.training?.at(-1)?.on),
    },
    {
      key: "state",
      title: t.state,
      width: 90,
      text: (u) => (u.disabled ? t.disabled : t.active),
    },
  ];
}

function One({ user, start }: { user: Listed; start: (action: Action) => void }) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const cells = useCells();
  const word = useWord();
  const admin = useRole("admin");
  const reviewer = useRole("reviewer");
  const login = user.login ?? "";
  const path = `/api/v1/users/${encodeURIComponent(login)}`;
  return (
    <Panel
      title={`${user.name} (${login})`}
      extra={
        <span className="buttons">
          {reviewer && (
            <Button size="small" onClick={() => start(addTraining(login, user.organization_codes))}>
              {t.addTraining}
            </Button>
          )}
          {admin && (
            <>
              {!user.disabled && (
                <>
                  <Button size="small" onClick={() => start(inviteUser(login))}>
                    {t.invite}
                  </Button>
                  <Button
                    size="small"
                    onClick={() =>
                      start(
                        changeRoles(login, user.organization_codes?.[0] ?? "", user.roles ?? []),
                      )
                    }
                  >
                    {t.changeRoles}
                  </Button>
                </>
              )}
              <DoButton
                label={t.resetFactor}
                path={`${path}/second-factor-reset`}
                ask={t.resetFactorAsk}
              />
              {!user.disabled && (
                <DoButton label={t.disable} path={`${path}/disable`} ask={t.disableAsk} />
              )}
            </>
          )}
        </span>
      }
    >
      <Facts
        of={[
          [t.unit, <Unit key="unit" id={user.organization} />],
          [t.roles, user.roles?.map(word).join(mark.words)],
          [t.state, user.disabled ? t.disabled : t.active],
        ]}
      />
      <Memberships user={user} start={start} />
      <Certificates user={user} start={start} />
      <Few
        title={t.trainings}
        heads={[t.topic, t.unit, t.trainedOn, t.validUntil]}
        none={t.noTrainings}
        rows={(user.training ?? []).map((one) => [
          one.topic,
          cells.unit(one.organization || user.organization),
          cells.date(one.on),
          cells.date(one.valid_until, t.noEnd),
        ])}
      />
    </Panel>
  );
}

export default function People() {
  const t = useTexts({ zh, en });
  const admin = useRole("admin");
  const [picked, setPicked] = useState<User>();
  const people = usePeople();
  // As the hub has the person now, after every step.
  const shown = people.data?.get(picked?.id ?? "") ?? picked;
  const [doing, setDoing] = useState<Action>();
  const [secret, setSecret] = useState("");
  const basis = doing?.id.startsWith("training")
    ? under("7", "W17-13")
    : doing && /^(join|roles):/.test(doing.id)
      ? under("5", "W17-05")
      : under("6", "W17-10");
  return (
    <>
      <PageHead
        title={t.people}
        purpose={t.peoplePurpose}
        help={t.peopleHelp}
        extra={
          admin && (
            <Button type="primary" onClick={() => setDoing(addPerson)}>
              {t.addPerson}
            </Button>
          )
        }
      />
      <DataTable
        name="people"
        title={t.people}
        columns={useColumns(setPicked)}
        rowKey={(u) => u.login ?? ""}
        load={load}
        live={["user"]}
        open={setPicked}
      />
      {shown && <One user={shown} start={setDoing} />}
      {doing && (
        <ActionForm
          action={doing}
          subject={doing === addPerson ? t.people : (shown?.login ?? "")}
          step={basis}
          close={() => setDoing(undefined)}
          done={(answer) => {
            if (doing.id.startsWith("invite")) setSecret((answer as IssuedToken).secret);
          }}
        />
      )}
      {secret && <Secret title={t.invitation} secret={secret} close={() => setSecret("")} />}
    </>
  );
}
