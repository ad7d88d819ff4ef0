// A notice as the official document it is, laid out from the very bytes that were signed; with
// what proves them. Prints on its own.

import { Button, Skeleton } from "antd";
import { useMemo, useState } from "react";
import { useParams } from "react-router";
import { useMe } from "../../api/queries";
import type { Citation, Notice as NoticeOf, Text } from "../../api/shapes";
import { safeWords, shown } from "../../base/defang";
import { useFormat } from "../../base/format";
import { useKeys } from "../../base/keys";
import { type Action, ActionForm } from "../../parts/ActionForm";
import { Article } from "../../parts/Article";
import { DocNumber } from "../../parts/DocNumber";
import { Facts } from "../../parts/Facts";
import { useCopy } from "../../parts/Indicator";
import { PageHead } from "../../parts/PageHead";
import { Person } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { useText, useTexts, useWord } from "../../texts/use";
import { bytesOf, keep } from "./bytes";
import { Digest } from "./EvidenceList";
import { useNotice } from "./queries";
import { Section } from "./Section";
import { threatTexts } from "./texts";
import "./threat.css";

/** What was signed; every kind of notice has some of it. */
interface Signed {
  number: string;
  kind: string;
  case: string;
  task_no?: string;
  title?: string;
  class?: string;
  subtype?: string;
  measure?: string;
  targets?: { kind: string; value: string }[];
  lifted?: { kind: string; value: string }[];
  limit?: string;
  due_at?: string;
  reason?: string;
  ruling?: string;
  grounds?: string;
  phone_call?: { callee: string; number: string };
  appeal?: { article: string } | string | null;
  issuer: Text;
  addressee: Text;
  issued_at: string;
  basis: Citation;
}

const LAID_OUT = new Set(
  "format id number kind case task_no title class subtype measure measure_article targets lifted limit due_at reason ruling grounds phone_call appeal issuer addressee issued_at basis basis_text".split(
    " ",
  ),
);

function Paper({ signed }: { signed: Signed }) {
  const t = useTexts(threatTexts);
  const text = useText();
  const word = useWord();
  const format = useFormat();
  const cells = useCells();
  const titles: Record<string, string> = {
    disposal: t.docDisposal,
    renewed: t.docRenewed,
    "written-follow-up": t.docFollowUp,
    superior: t.docSuperior,
    cyberspace: t.docCyberspace,
    lift: t.docLift,
    correction: t.docCorrection,
    answer: t.docAnswer,
  };
  const listed = [...(signed.targets ?? []), ...(signed.lifted ?? [])];
  const listTitle = signed.targets ? t.targets : t.lifted;
  const rest = Object.entries(signed).filter(([name]) => !LAID_OUT.has(name));
  return (
    <article className="paper" aria-label={titles[signed.kind]}>
      <p className="paper-issuer">{text(signed.issuer)}</p>
      <h2>{titles[signed.kind] ?? word(signed.kind)}</h2>
      <p className="paper-number">{t.no(signed.number)}</p>
      <p>{t.toWhom(text(signed.addressee))}</p>
      <p className="paper-body">{t.lead}</p>
      <Facts
        className="case-facts"
        of={[
          [t.about, signed.title && safeWords(signed.title)],
          [t.case, signed.case],
          [t.taskNo, signed.task_no],
          [t.class, signed.subtype && word(signed.subtype)],
          [t.measure, signed.measure && word(signed.measure)],
          [t.ruling, signed.ruling && word(signed.ruling)],
          [t.grounds, signed.grounds],
          [
            t.dueAt,
            signed.due_at &&
              t.dueLine(format.dateTime(signed.due_at), format.length(signed.limit ?? "")),
          ],
          [t.reason, signed.reason],
          [
            t.phoneCall,
            signed.phone_call && t.phoneLine(signed.phone_call.callee, signed.phone_call.number),
          ],
          [
            t.basis,
            <Article
              key="basis"
              article={signed.basis.article ?? ""}
              ruleSet={signed.basis.rule_set}
              requirement={signed.basis.requirement}
            />,
          ],
        ]}
      />
      {listed.length > 0 && (
        <>
          <h3>{listTitle}</h3>
          <Few
            title={listTitle}
            heads={[t.kind, t.value]}
            rows={listed.map((i) => [word(i.kind), cells.code(shown(i.kind, i.value))])}
          />
        </>
      )}
      {rest.length > 0 && (
        <>
          <h3>{t.other}</h3>
          <pre className="preview-text">{JSON.stringify(Object.fromEntries(rest), null, 2)}</pre>
        </>
      )}
      {signed.measure && typeof signed.appeal === "object" && signed.appeal && (
        <p className="paper-body">{t.appealRight}</p>
      )}
      <p className="paper-end">
        {text(signed.issuer)}
        <br />
        {format.dateTime(signed.issued_at)}
      </p>
    </article>
  );
}

function Proof({ notice }: { notice: NoticeOf }) {
  const t = useTexts(threatTexts);
  const copy = useCopy();
  const number = notice.number ?? "";
  const bytes = useMemo(() => bytesOf(notice.document ?? "", false), [notice.document]);
  const command = `openssl cms -verify -binary -inform PEM -in ${number}.p7s -content ${number}.json -CAfile authority.pem -purpose any -out /dev/null`;
  return (
    <Section
      id="signature"
      title={t.signature}
      extra={
        <>
          <Button size="small" onClick={() => keep(bytes, `${number}.json`)}>
            {t.saveDocument}
          </Button>
          <Button
            size="small"
            onClick={() => keep(bytesOf(notice.signature ?? "", false), `${number}.p7s`)}
          >
            {t.saveSignature}
          </Button>
        </>
      }
    >
      <Digest bytes={bytes} digest={notice.digest ?? ""} />
      <Facts className="case-facts" of={[[t.signer, <code key="signer">{notice.signer}</code>]]} />
      <h3>{t.checkHow}</h3>
      <p>{t.checkText}</p>
      <p className="command">
        <code>{command}</code>
        <Button size="small" onClick={() => copy(command, t.copied)}>
          {t.copy}
        </Button>
      </p>
    </Section>
  );
}

function Receipt({ notice }: { notice: NoticeOf }) {
  const t = useTexts(threatTexts);
  const format = useFormat();
  const me = useMe();
  const [action, setAction] = useState<Action>();
  const own =
    me.data?.organization.id === notice.addressee && me.data?.user.roles.includes("executor");
  if (notice.receipt?.person) {
    return (
      <p className="no-print">
        {t.receivedBy(format.dateTime(notice.receipt.at ?? ""))}{" "}
        <Person id={notice.receipt.person} unit={notice.receipt.organization} />
      </p>
    );
  }
  if (!own) return <p className="no-print">{t.notReceived}</p>;
  return (
    <p className="no-print">
      <Button
        type="primary"
        onClick={() =>
          setAction({
            id: `${notice.number}:receipt`,
            title: { zh: "签收通知", en: "Confirm receipt" },
            path: `/api/v1/notices/${notice.id}/receipt`,
            fields: [],
          })
        }
      >
        {t.receive}
      </Button>
      {action && (
        <ActionForm
          action={action}
          subject={notice.number ?? ""}
          step={{ to: "received", article: "8", requirement: "W17-21" }}
          close={() => setAction(undefined)}
        />
      )}
    </p>
  );
}

function Whole({ notice }: { notice: NoticeOf }) {
  const t = useTexts(threatTexts);
  const word = useWord();
  const signed = useMemo(() => JSON.parse(notice.document ?? "{}") as Signed, [notice.document]);
  useKeys([{ key: "p", help: t.print, run: () => window.print() }]);
  return (
    <>
      <PageHead
        title={`${notice.number} ${word(notice.kind)}`}
        purpose={t.noticePurpose}
        help={t.noticeHelp}
        extra={
          <>
            <DocNumber of={signed.task_no ?? signed.case} />
            <Button onClick={() => window.print()}>{t.print}</Button>
          </>
        }
      />
      <Receipt notice={notice} />
      <Paper signed={signed} />
      <Proof notice={notice} />
    </>
  );
}

export default function Notice() {
  const { number = "" } = useParams();
  const t = useTexts(threatTexts);
  const { data, error, refetch } = useNotice(number);
  if (data) return <Whole notice={data} />;
  return (
    <>
      <PageHead title={number} purpose={t.noticePurpose} />
      {error ? <ProblemView error={error} retry={() => refetch()} /> : <Skeleton active />}
    </>
  );
}
