// What is known of a case: facts, what it was merged into, identification, stops and relapses.

import { Alert, Button } from "antd";
import { useState } from "react";
import type { Relapse } from "../../api/shapes";
import { shown } from "../../base/defang";
import { useFormat } from "../../base/format";
import { type Action, ActionForm } from "../../parts/ActionForm";
import { Article } from "../../parts/Article";
import { DocNumber } from "../../parts/DocNumber";
import { Facts } from "../../parts/Facts";
import { Indicator } from "../../parts/Indicator";
import { Person, Unit } from "../../parts/Party";
import { Proposals } from "../../parts/Proposals";
import { StateTag } from "../../parts/StateTag";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { useMarks, useProvinces, useText, useTexts, useWord } from "../../texts/use";
import { Indicators } from "./Indicators";
import { type Case, useRelapses } from "./queries";
import { Section } from "./Section";
import { threatTexts } from "./texts";

function Units({ ids }: { ids: string[] | undefined }) {
  const mark = useMarks();
  return (ids ?? []).map((id, i) => (
    <span key={id}>
      {i > 0 && mark.words}
      <Unit id={id} />
    </span>
  ));
}

export function About({ one }: { one: Case }) {
  const t = useTexts(threatTexts);
  const mark = useMarks();
  const provinces = useProvinces();
  const word = useWord();
  const format = useFormat();
  const target = [one.target_is_party_gov && t.partyGov, one.target_is_cii && t.cii];
  return (
    <Section id="facts" title={t.facts}>
      {one.merged_into_number && (
        <Alert
          type="info"
          showIcon
          message={
            <>
              {t.mergedInto} <DocNumber of={one.merged_into_number} />
            </>
          }
        />
      )}
      {one.emergency && <Alert type="warning" showIcon message={t.emergency} />}
      {(one.defects ?? []).length > 0 && (
        <Alert
          type="warning"
          showIcon
          message={t.defects}
          description={one.defects?.join(mark.clauses)}
        />
      )}
      <Facts
        className="case-facts"
        of={[
          [t.class, `${word(one.class)} · ${one.subtype_text || word(one.subtype)}`],
          [t.certainty, word(one.certainty)],
          [t.discovered, format.dateTime(one.discovered_at ?? "")],
          [t.submitted, format.dateTime(one.submitted_at ?? "")],
          [t.finder, <Unit key="finder" id={one.finder?.organization} />],
          [t.sources, (one.sources ?? []).length > 1 && <Units key="units" ids={one.sources} />],
          [t.owner, one.owner && <Unit key="owner" id={one.owner} />],
          [t.target, target.filter(Boolean).join(mark.words)],
          [t.provinces, provinces(one.provinces)],
          [t.sightings, format.number(one.sightings ?? 0)],
          [t.tlp, word(one.tlp)],
          [t.closing, one.closing_summary],
        ].filter((row): row is [string, string] => Boolean(row[1]))}
      />
      {one.description && <p className="case-text">{one.description}</p>}
      <Indicators all={one.indicators ?? []} />
      <Found one={one} />
      <Stops one={one} />
      <Relapses one={one} />
    </Section>
  );
}

function Found({ one }: { one: Case }) {
  const t = useTexts(threatTexts);
  const word = useWord();
  const format = useFormat();
  const found = one.identification;
  if (!found?.by?.person) return null;
  return (
    <>
      <h3>{t.identification}</h3>
      <Facts
        className="case-facts"
        of={[
          [t.state, found.confirmed ? t.confirmed : t.notConfirmed],
          [t.threatName, found.threat_name],
          [t.grade, found.grade?.level && `${found.grade.level} (${found.grade.scheme})`],
          [t.who, <Person key="who" id={found.by.person} unit={found.by.organization} />],
          [t.time, format.dateTime(found.by.at ?? "")],
          [t.reason, found.by.reason],
        ]}
      />
      {(found.proposals ?? []).length > 0 && <h4>{t.proposals}</h4>}
      <Proposals of={found.proposals} />
      {one.review?.person && (
        <Facts
          className="case-facts"
          of={[
            [t.review, word(one.review_decision)],
            [t.who, <Person key="who" id={one.review.person} unit={one.review.organization} />],
            [t.time, format.dateTime(one.review.at ?? "")],
            [t.reason, one.review.reason],
          ]}
        />
      )}
    </>
  );
}

function Stops({ one }: { one: Case }) {
  const t = useTexts(threatTexts);
  const text = useText();
  const word = useWord();
  const cells = useCells();
  const [action, setAction] = useState<Action>();
  const stops = one.stops ?? [];
  if (stops.length === 0) return null;
  const step = one.next.find((s) => s.role === "reviewer" && s.mine);
  const pass = (indicator: string, list: string) =>
    setAction({
      id: `${one.number}:override:${indicator}:${list}`,
      title: { zh: "说明理由并放行", en: "Let it through, with a reason" },
      path: `/api/v1/threats/${one.number}/override`,
      fields: [
        { name: "reason", kind: "area", title: { zh: "理由", en: "Reason" }, required: true },
      ],
      fixed: { indicator, list },
      danger: true,
    });
  return (
    <>
      <h3>{t.stops}</h3>
      <p className="case-hint">{t.stopsHint}</p>
      <Few
        title={t.stops}
        heads={[t.value, t.stopList, t.stopWhy, t.stopState]}
        rows={stops.map((s) => {
          const [kind = "", ...value] = (s.indicator ?? "").split(":");
          const passed = s.second?.person ? t.stopDone : s.first?.person ? t.stopOne : t.stopOpen;
          return [
            cells.indicator(kind, value.join(":")),
            word(s.list),
            text(s.reason),
            cells.as(
              passed,
              <>
                {passed}{" "}
                {!s.second?.person && step && (
                  <Button
                    size="small"
                    aria-label={`${t.override} ${shown(kind, value.join(":"))}`}
                    onClick={() => pass(s.indicator ?? "", s.list ?? "")}
                  >
                    {t.override}
                  </Button>
                )}
              </>,
            ),
          ];
        })}
      />
      {action && step && (
        <ActionForm
          action={action}
          step={step}
          subject={one.number ?? ""}
          close={() => setAction(undefined)}
        />
      )}
    </>
  );
}

function Relapses({ one }: { one: Case }) {
  const t = useTexts(threatTexts);
  const mark = useMarks();
  const format = useFormat();
  const { data } = useRelapses(one.relapses ? one.id : undefined);
  if (!data?.length) return null;
  const after = (r: Relapse) =>
    ({ closed: t.relapseOfClosed, lifted: t.relapseOfLifted, verified: t.relapseOfVerified })[
      r.occasion ?? "closed"
    ];
  return (
    <>
      <h3>{t.relapses}</h3>
      <ul className="case-list">
        {data.map((r) => (
          <li key={r.id}>
            <Indicator kind={r.indicator?.kind ?? ""} value={r.indicator?.value ?? ""} />
            <span>
              {after(r)}
              {mark.clauses}
              {t.relapseSeen(format.dateTime(r.seen_at ?? ""))}
            </span>
            <small>{r.sources?.join(mark.words)}</small>
            <StateTag state={r.state ?? ""} />
            {r.basis?.article && (
              <Article
                article={r.basis.article}
                ruleSet={r.basis.rule_set}
                requirement={r.basis.requirement}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
