// Units of the register (article 5), and the way to each of them.
import { Button } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { api, data } from "../../api/client";
import type { Organization, Page } from "../../api/shapes";
import { ActionForm } from "../../parts/ActionForm";
import { Deadline } from "../../parts/Deadline";
import { PageHead } from "../../parts/PageHead";
import { DataTable } from "../../parts/table/DataTable";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { admin as en } from "../../texts/en/admin";
import { useMarks, useProvinces, useText, useTexts, useWord } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { under, useRole } from "./parts";
import { addOrganization } from "./registry";

async function load({ after, limit, signal }: Ask): Promise<Page<Organization>> {
  const answer = api.GET("/api/v1/organizations", { params: { query: { after, limit } }, signal });
  return (await data(answer)) as Page<Organization>;
}

function useColumns(): Column<Organization>[] {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const provinces = useProvinces();
  const text = useText();
  const word = useWord();
  const kind = (o: Organization) => word(o.type);
  const flags = (o: Organization) =>
    [o.is_cii && t.cii, o.is_party_gov && t.partyGov].filter(Boolean).join(mark.words);
  return [
    {
      key: "code",
      title: t.code,
      width: 130,
      cell: (o) => (
        <Link to={`/admin/organizations/${o.code}`}>
          <code>{o.code}</code>
        </Link>
      ),
      text: (o) => o.code ?? "",
    },
    {
      key: "title",
      title: t.name,
      width: 200,
      grow: true,
      text: (o) => text(o.title),
    },
    { key: "type", title: t.kind, width: 160, text: kind },
    {
      key: "provinces",
      title: t.provinces,
      width: 100,
      text: (o) => provinces(o.provinces),
    },
    { key: "flags", title: t.marks, width: 170, text: flags },
    {
      key: "contacts",
      title: t.contacts,
      width: 90,
      cell: (o) => (o.contacts?.length ? o.contacts.length : t.noContact),
      text: (o) => String(o.contacts?.length ?? 0),
    },
    {
      key: "clock",
      title: t.contactClock,
      width: 260,
      cell: (o) => {
        const clock = o.clocks?.find((c) => !c.met_at && !c.waived_by);
        return clock && <Deadline clock={clock} />;
      },
      text: (o) => o.clocks?.find((c) => !c.met_at)?.due ?? "",
      order: (o) => instant(o.clocks?.find((c) => !c.met_at)?.due),
    },
  ];
}

export default function Organizations() {
  const t = useTexts({ zh, en });
  const go = useNavigate();
  const may = useRole("admin");
  const [adding, setAdding] = useState(false);
  return (
    <>
      <PageHead
        title={t.organizations}
        purpose={t.organizationsPurpose}
        help={t.organizationsHelp}
        extra={
          may && (
            <Button type="primary" onClick={() => setAdding(true)}>
              {t.addOrganization}
            </Button>
          )
        }
      />
      <DataTable
        name="organizations"
        title={t.organizations}
        columns={useColumns()}
        rowKey={(o) => o.code ?? ""}
        load={load}
        live={["organization"]}
        open={(o) => void go(`/admin/organizations/${o.code}`)}
      />
      {adding && (
        <ActionForm
          action={addOrganization}
          subject={t.organizations}
          step={under("5", "W17-05")}
          close={() => setAdding(false)}
        />
      )}
    </>
  );
}
