// The rule sets that the hub works by, and a calculator of their clocks.
import { Skeleton } from "antd";
import { Link } from "react-router";
import { PageHead } from "../../parts/PageHead";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { law as en } from "../../texts/en/law";
import { useText, useTexts } from "../../texts/use";
import { law as zh } from "../../texts/zh/law";
import { Panel, useRole } from "../admin/parts";
import type { Laws as Shape } from "../admin/shapes";
import { Calculator } from "./Calculator";
import { ImportRules } from "./ImportRules";
import { useLaws } from "./queries";

function Sets({ laws }: { laws: Shape }) {
  const t = useTexts({ zh, en });
  const cells = useCells();
  const text = useText();
  return (
    <Panel title={t.ruleSets} hint={t.calendar(laws.calendar)}>
      <Few
        title={t.ruleSets}
        heads={[t.name, t.document, t.issuer, t.issued, t.from, t.until, t.clocks]}
        none={t.none}
        rows={laws.rule_sets.map((set) => [
          cells.as(text(set.name), <Link to={`/law/${set.id}`}>{text(set.name)}</Link>),
          set.document,
          text(set.issuer),
          set.issued,
          set.valid.from,
          set.valid.last_day ?? t.inForce,
          String(set.clocks.length),
        ])}
      />
    </Panel>
  );
}

export default function Laws() {
  const t = useTexts({ zh, en });
  const { data, error, refetch } = useLaws();
  const mayImport = useRole("admin");
  return (
    <>
      <PageHead title={t.title} purpose={t.purpose} help={t.help} />
      {error && <ProblemView error={error} retry={() => refetch()} />}
      {!data && !error && <Skeleton active />}
      {data && <Calculator laws={data} />}
      {data && <Sets laws={data} />}
      {mayImport && <ImportRules />}
    </>
  );
}
