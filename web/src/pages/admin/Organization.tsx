// One unit: who answers for it, which duty to tell of changes runs, to whom it was delegated.
import { Button, Skeleton } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { useMe, useOrganizations, usePeople } from "../../api/queries";
import type { Organization as Shape } from "../../api/shapes";
import { type Action, ActionForm } from "../../parts/ActionForm";
import { Deadline } from "../../parts/Deadline";
import { Facts } from "../../parts/Facts";
import { PageHead } from "../../parts/PageHead";
import { Unit } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { admin as en } from "../../texts/en/admin";
import { useMarks, useProvinces, useText, useTexts, useWord } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { rolesIn, unitsOf } from "./memberships";
import { Panel, under, useRole } from "./parts";
import { addTraining, changeContacts, delegate } from "./registry";

export type Contact = NonNullable<Shape["contacts"]>[number];

function Contacts({ unit, change }: { unit: Shape; change: () => void }) {
  const t = useTexts({ zh, en });
  const cells = useCells();
  const word = useWord();
  const me = useMe();
  const admin = useRole("admin");
  const may = admin || me.data?.organization.id === unit.id;
  return (
    <Panel
      title={t.contacts}
      hint={t.contactsHint}
      extra={may && <Button onClick={change}>{t.changeContacts}</Button>}
    >
      {unit.clocks?.map((clock) => (
        <p key={`${clock.clock}${clock.start}`}>
          <Deadline clock={clock} />
        </p>
      ))}
      <Few
        title={t.contacts}
        heads={[t.duty, t.personName, t.phone, t.email, t.since]}
        none={t.noContacts}
        rows={(unit.contacts ?? []).map((c) => [
          word(c.duty),
          c.name,
          c.phone,
          c.email,
          cells.date(c.since),
        ])}
      />
    </Panel>
  );
}

function Delegations({ unit, add, train }: { unit: Shape; add: () => void; train: () => void }) {
  const t = useTexts({ zh, en });
  const cells = useCells();
  const may = useRole("reviewer");
  if (unit.type !== "expert-body") return null;
  return (
    <Panel
      title={t.delegations}
      hint={t.delegationsHint}
      extra={
        may && (
          <span className="buttons">
            <Button onClick={add}>{t.delegate}</Button>
            <Button onClick={train}>{t.addTraining}</Button>
          </span>
        )
      }
    >
      <Few
        title={t.delegations}
        heads={[t.delegatedBy, t.document, t.from, t.until]}
        none={t.noDelegations}
        rows={(unit.delegations ?? []).map((d) => [
          cells.unit(d.by),
          d.document,
          cells.date(d.from),
          cells.date(d.until, t.noEnd),
        ])}
      />
    </Panel>
  );
}

function People({ unit }: { unit: Shape }) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const cells = useCells();
  const word = useWord();
  const people = usePeople();
  if (!useRole("admin", "auditor")) return null;
  const own = [...(people.data?.values() ?? [])].filter((u) => unitsOf(u).includes(unit.id ?? ""));
  return (
    <Panel title={t.people} extra={<Link to="/admin/people">{t.allPeople}</Link>}>
      <Few
        title={t.people}
        heads={[t.login, t.personName, t.roles, t.state]}
        none={t.noPeopleHere}
        rows={own.map((u) => [
          cells.code(u.login),
          u.name,
          rolesIn(u, unit.id ?? "")
            ?.map(word)
            .join(mark.words),
          u.disabled ? t.disabled : t.active,
        ])}
      />
    </Panel>
  );
}

export default function Organization() {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const provinces = useProvinces();
  const text = useText();
  const word = useWord();
  const { code = "" } = useParams();
  const { data, error, refetch } = useOrganizations();
  const [doing, setDoing] = useState<{ action: Action; article: string; requirement: string }>();
  const unit = [...(data?.values() ?? [])].find((o) => o.code === code);
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!data) return <Skeleton active />;
  if (!unit) {
    return (
      <>
        <PageHead title={code} purpose={t.noSuchUnit} />
        <Link to="/admin/organizations">{t.organizations}</Link>
      </>
    );
  }
  return (
    <>
      <PageHead title={text(unit.title)} purpose={t.organizationPurpose} />
      <Facts
        of={[
          [t.code, <code key="code">{unit.code}</code>],
          [t.kind, word(unit.type)],
          [t.provinces, provinces(unit.provinces)],
          [t.superior, unit.superior && <Unit id={unit.superior} />],
          [
            t.marks,
            [unit.is_cii && t.cii, unit.is_party_gov && t.partyGov]
              .filter(Boolean)
              .join(mark.words),
          ],
          [t.signs, unit.certificate ? t.signsYes : undefined],
        ]}
      />
      <Contacts
        unit={unit}
        change={() =>
          setDoing({
            action: changeContacts(code, unit.contacts ?? []),
            article: "5",
            requirement: "W17-05",
          })
        }
      />
      <Delegations
        unit={unit}
        add={() => setDoing({ action: delegate(code), article: "7", requirement: "W17-11" })}
        train={() => setDoing({ action: addTraining(), article: "7", requirement: "W17-13" })}
      />
      <People unit={unit} />
      {doing && (
        <ActionForm
          action={doing.action}
          subject={text(unit.title)}
          step={under(doing.article, doing.requirement)}
          close={() => setDoing(undefined)}
        />
      )}
    </>
  );
}
