// A case as it is decided on: what was submitted beside what was determined, and what the guard says.
import { Button } from "antd";
import { useFormat } from "../../base/format";
import { Facts } from "../../parts/Facts";
import { Indicator } from "../../parts/Indicator";
import { IndicatorList } from "../../parts/IndicatorList";
import { Person, Unit } from "../../parts/Party";
import { Proposals } from "../../parts/Proposals";
import { useText, useTexts, useWord } from "../../texts/use";
import type { Start } from "./Document";
import type { Case } from "./documents";
import { EvidenceList } from "./Evidence";
import { deskTexts } from "./texts";

type Stop = NonNullable<Case["stops"]>[number];

/** `domain:evil.example` */
function StopIndicator({ of }: { of: string }) {
  const at = of.indexOf(":");
  return <Indicator kind={of.slice(0, at)} value={of.slice(at + 1)} />;
}

function StopLine({ stop, threat, start }: { stop: Stop; threat: Case; start?: Start }) {
  const t = useTexts(deskTexts);
  const text = useText();
  const asked = stop.first?.person;
  const agreed = stop.second?.person;
  const title = asked
    ? { zh: deskTexts.zh.agree, en: deskTexts.en.agree }
    : { zh: deskTexts.zh.override, en: deskTexts.en.override };
  const ask = () =>
    start?.({
      step: { to: "override", article: "8", requirement: "W17-14" },
      action: {
        id: `${threat.number}:override:${stop.indicator}`,
        title,
        path: `/api/v1/threats/${threat.number}/override`,
        fields: [
          { name: "reason", kind: "area", title: { zh: "理由", en: "Reason" }, required: true },
        ],
        fixed: { indicator: stop.indicator, list: stop.list },
        danger: true,
      },
    });
  return (
    <div className="desk-note">
      <StopIndicator of={stop.indicator ?? ""} /> {t.stopped(stop.list ?? "")}
      <p>{text(stop.reason)}</p>
      <Facts
        of={[
          [t.asked, asked && `${stop.first?.reason}`],
          [t.agreed, agreed && `${stop.second?.reason}`],
        ]}
      />
      {asked && <Person id={asked} unit={stop.first?.organization} />}
      {start && !agreed && threat.state === "identified" && (
        <Button size="small" danger onClick={ask}>
          {text(title)}
        </Button>
      )}
    </div>
  );
}

export function CaseFacts({ threat, start }: { threat: Case; start?: Start }) {
  const t = useTexts(deskTexts);
  const word = useWord();
  const format = useFormat();
  const found = threat.identification;
  const decided = found?.by?.person;
  return (
    <>
      <section>
        <h3>{t.case}</h3>
        <Facts
          of={[
            [t.class, word(threat.subtype || threat.class)],
            [t.finder, <Unit key="u" id={threat.finder?.organization} />],
            [t.discovered, format.dateTime(threat.discovered_at ?? "")],
            [t.description, threat.description],
          ]}
        />
        <IndicatorList of={threat.indicators} />
      </section>
      {decided && (
        <section>
          <h3>{t.proposals}</h3>
          <Proposals of={threat.identification?.proposals} />
          <h3>{t.guard}</h3>
          {threat.stops?.length ? (
            <>
              <small>{t.guardHint}</small>
              {threat.stops.map((stop) => (
                <StopLine
                  key={`${stop.indicator}:${stop.list}`}
                  stop={stop}
                  threat={threat}
                  start={start}
                />
              ))}
            </>
          ) : (
            <small>{t.guardClear}</small>
          )}
        </section>
      )}
      <div className="desk-sides">
        <section>
          <h3>{t.submitted}</h3>
          {threat.finder?.reason && <p>{threat.finder.reason}</p>}
          <EvidenceList ids={threat.evidence} />
        </section>
        <section>
          <h3>{t.found}</h3>
          {decided ? (
            <>
              <Facts
                of={[
                  [t.name, found?.threat_name],
                  [t.reason, found?.by?.reason],
                ]}
              />
              <Person id={decided} unit={found?.by?.organization} />
              <EvidenceList ids={found?.evidence} />
            </>
          ) : (
            <small>{t.notYet}</small>
          )}
        </section>
      </div>
      {threat.review?.person && (
        <section>
          <h3>{t.review}</h3>
          <Facts
            of={[
              [t.decision, word(threat.review_decision)],
              [t.reason, threat.review.reason],
            ]}
          />
          <Person id={threat.review.person} unit={threat.review.organization} />
        </section>
      )}
    </>
  );
}
