import type { Threat } from "../../api/shapes";
import { shown } from "../../base/defang";
import { useFormat } from "../../base/format";
import { Deadline } from "../../parts/Deadline";
import { DocNumber } from "../../parts/DocNumber";
import { Indicator } from "../../parts/Indicator";
import { Unit, useUnitName } from "../../parts/Party";
import { StateTag } from "../../parts/StateTag";
import { instant } from "../../parts/table/sort";
import type { Column } from "../../parts/table/types";
import { threats as en } from "../../texts/en/threats";
import { useProvinces, useTexts, useWord } from "../../texts/use";
import { threats as zh } from "../../texts/zh/threats";

function Indicators({ threat }: { threat: Threat }) {
  const t = useTexts({ zh, en });
  const format = useFormat();
  const all = threat.indicators ?? [];
  const first = all[0];
  if (!first) return null;
  return (
    <>
      <Indicator kind={first.kind ?? ""} value={first.value ?? ""} />
      {all.length > 1 && <small>{t.more(format.number(all.length))}</small>}
    </>
  );
}

/** The clock that still runs and ends first. */
function runningClock(threat: Threat) {
  return (threat.clocks ?? [])
    .filter((c) => !c.met_at && !c.waived_by)
    .sort((a, b) => Date.parse(a.due ?? "") - Date.parse(b.due ?? ""))[0];
}

export function useThreatColumns(): Column<Threat>[] {
  const t = useTexts({ zh, en });
  const provinces = useProvinces();
  const word = useWord();
  const format = useFormat();
  const unit = useUnitName();
  return [
    {
      key: "number",
      title: t.number,
      width: 125,
      cell: (r) => <DocNumber of={r.number} />,
      text: (r) => r.number ?? "",
    },
    {
      key: "state",
      title: t.state,
      width: 115,
      cell: (r) => <StateTag state={r.state ?? ""} />,
      text: (r) => word(r.state),
    },
    {
      key: "title",
      title: t.subject,
      width: 170,
      grow: true,
      cell: (r) => r.title,
      text: (r) => r.title ?? "",
    },
    {
      key: "class",
      title: t.class,
      width: 130,
      text: (r) => word(r.subtype || r.class),
    },
    {
      key: "indicators",
      title: t.indicators,
      width: 240,
      grow: true,
      cell: (r) => <Indicators threat={r} />,
      text: (r) => (r.indicators ?? []).map((i) => shown(i.kind ?? "", i.value ?? "")).join(" "),
    },
    {
      key: "discovered",
      title: t.discovered,
      width: 160,
      text: (r) => format.dateTime(r.discovered_at ?? ""),
      order: (r) => instant(r.discovered_at),
    },
    {
      key: "deadline",
      title: t.deadline,
      width: 260,
      hidden: true,
      cell: (r) => {
        const clock = runningClock(r);
        return clock && <Deadline clock={clock} />;
      },
      text: (r) => format.due(runningClock(r)),
      order: (r) => instant(runningClock(r)?.due),
    },
    {
      key: "finder",
      title: t.finder,
      width: 120,
      cell: (r) => <Unit id={r.finder?.organization} />,
      text: (r) => unit(r.finder?.organization),
    },
    {
      key: "provinces",
      title: t.provinces,
      width: 90,
      hidden: true,
      text: (r) => provinces(r.provinces),
    },
    {
      key: "tlp",
      title: t.tlp,
      width: 80,
      hidden: true,
      cell: (r) => r.tlp,
      text: (r) => r.tlp ?? "",
    },
    {
      key: "sightings",
      title: t.sightings,
      width: 90,
      hidden: true,
      cell: (r) => format.number(r.sightings ?? 0),
      text: (r) => String(r.sightings ?? 0),
      order: (r) => r.sightings ?? 0,
    },
  ];
}
