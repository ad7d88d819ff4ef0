// Who is told of what, how, and what became of each delivery.
import { useQuery } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { useState } from "react";
import { TLP } from "../../acts/fields";
import { api, data } from "../../api/client";
import type { Page } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { ActionForm } from "../../parts/ActionForm";
import { PageHead } from "../../parts/PageHead";
import { Unit, useUnitName } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { DataTable } from "../../parts/table/DataTable";
import { Few } from "../../parts/table/Few";
import { instant } from "../../parts/table/sort";
import type { Ask, Column } from "../../parts/table/types";
import { admin as en } from "../../texts/en/admin";
import { useMarks, useText, useTexts } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import { addSubscription, CHANNELS, RHYTHMS } from "./intake";
import { asPage, DoButton, Panel, Secret, under, useRole } from "./parts";
import type { Delivery, Subscription } from "./shapes";

/** What a case is marked with unless somebody says otherwise. */
const USUAL = "amber";

function concern(s: Subscription): string {
  const of = s.concern ?? {};
  return [of.provinces, of.networks, of.domains, of.asns?.map((n) => `AS${n}`), of.sectors]
    .flatMap((list) => list ?? [])
    .join(" ");
}

function All({ may }: { may: boolean }) {
  const t = useTexts({ zh, en });
  const cells = useCells();
  const text = useText();
  const mark = useMarks();
  const {
    data: all,
    error,
    refetch,
  } = useQuery({
    queryKey: ["subscriptions"],
    meta: { live: ["subscription"] },
    queryFn: async ({ signal }) =>
      asPage<Subscription>(await data(api.GET("/api/v1/subscriptions", { signal }))).items,
  });
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!all) return <Skeleton active />;
  return (
    <Panel title={t.subscriptions} hint={t.subscriptionsHint}>
      <Few
        title={t.subscriptions}
        heads={[t.name, t.unit, t.concern, t.ceiling, t.channel, t.rhythm, t.state, t.steps]}
        none={t.noSubscriptions}
        rows={all.map((s) => {
          const path = `/api/v1/subscriptions/${s.id}`;
          return [
            s.label,
            cells.unit(s.organization),
            concern(s) || t.anything,
            s.leaves_out?.includes(USUAL)
              ? cells.as(
                  s.ceiling,
                  <>
                    {text(TLP[s.ceiling ?? ""])}
                    <div>
                      <small>
                        {t.leavesOut(s.leaves_out.map((l) => l.toUpperCase()).join(mark.words))}
                      </small>
                    </div>
                  </>,
                )
              : text(TLP[s.ceiling ?? ""]),
            `${text(CHANNELS[s.channel ?? ""])} ${s.address ?? ""}`,
            text(RHYTHMS[s.rhythm ?? ""]),
            s.paused ? t.paused : t.active,
            may && (
              <span key="steps" className="buttons">
                <DoButton
                  label={s.paused ? t.goOn : t.pause}
                  path={`${path}/${s.paused ? "resume" : "pause"}`}
                />
                <DoButton label={t.remove} path={`${path}/removal`} ask={t.removeAsk} />
              </span>
            ),
          ];
        })}
      />
    </Panel>
  );
}

async function load({ filters, limit, signal }: Ask): Promise<Page<Delivery>> {
  const answer = api.GET("/api/v1/deliveries", {
    params: { query: { limit, state: filters.state } },
    signal,
  });
  return asPage<Delivery>(await data(answer));
}

function useColumns(): Column<Delivery>[] {
  const t = useTexts({ zh, en });
  const unit = useUnitName();
  const format = useFormat();
  const states = useStates();
  const state = (d: Delivery) => states.find((s) => s.value === d.state)?.label ?? d.state ?? "";
  const first = (d: Delivery) => d.events?.map((e) => e.case || e.event).join(" ") ?? "";
  return [
    { key: "state", title: t.state, width: 100, text: state },
    {
      key: "unit",
      title: t.unit,
      width: 150,
      cell: (d) => <Unit id={d.organization} />,
      text: (d) => unit(d.organization),
    },
    { key: "events", title: t.about, width: 190, grow: true, text: first },
    {
      key: "made",
      title: t.made,
      width: 155,
      text: (d) => format.dateTime(d.made ?? ""),
      order: (d) => instant(d.made),
    },
    {
      key: "sent",
      title: t.sentAt,
      width: 155,
      text: (d) => format.dateTime(d.sent ?? ""),
      order: (d) => instant(d.sent),
    },
    {
      key: "attempts",
      title: t.attempts,
      width: 70,
      cell: (d) => format.number(d.attempts ?? 0),
      text: (d) => String(d.attempts ?? 0),
    },
    {
      key: "error",
      title: t.lastError,
      width: 180,
      grow: true,
      cell: (d) => d.last_error,
      text: (d) => d.last_error ?? "",
    },
    {
      key: "retry",
      title: t.steps,
      width: 90,
      cell: (d) =>
        (d.state === "failed" || d.state === "given-up") && (
          <DoButton label={t.again} path={`/api/v1/deliveries/${d.id}/retry`} />
        ),
      text: () => "",
      sort: false,
    },
  ];
}

function useStates() {
  const t = useTexts({ zh, en });
  return [
    { value: "queued", label: t.queued },
    { value: "sent", label: t.sent },
    { value: "failed", label: t.failed },
    { value: "given-up", label: t.givenUp },
  ];
}

export default function Subscriptions() {
  const t = useTexts({ zh, en });
  const may = useRole("admin");
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState("");
  return (
    <>
      <PageHead
        title={t.subscriptions}
        purpose={t.subscriptionsPurpose}
        help={t.subscriptionsHelp}
        extra={
          may && (
            <Button type="primary" onClick={() => setAdding(true)}>
              {t.addSubscription}
            </Button>
          )
        }
      />
      <All may={may} />
      <DataTable
        name="deliveries"
        title={t.deliveries}
        columns={useColumns()}
        filters={[{ name: "state", title: t.state, options: useStates() }]}
        rowKey={(d) => d.id ?? ""}
        load={load}
        live={["delivery", "subscription"]}
      />
      {adding && (
        <ActionForm
          action={addSubscription}
          subject={t.subscriptions}
          step={under("6", "W17-08")}
          close={() => setAdding(false)}
          done={(made) => setSecret((made as Subscription).secret ?? "")}
        />
      )}
      {secret && <Secret title={t.webhookKey} secret={secret} close={() => setSecret("")} />}
    </>
  );
}
