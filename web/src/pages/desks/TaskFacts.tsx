// A task: its notices with their receipts, what was told by phone, done, found and sanctioned.
import { Button, Skeleton } from "antd";
import { useMe } from "../../api/queries";
import { useFormat } from "../../base/format";
import { Article } from "../../parts/Article";
import { Facts } from "../../parts/Facts";
import { IndicatorList } from "../../parts/IndicatorList";
import { Person, Unit } from "../../parts/Party";
import { ProblemView } from "../../parts/ProblemView";
import { StateTag } from "../../parts/StateTag";
import { useText, useTexts, useWord } from "../../texts/use";
import type { Start } from "./Document";
import { type Task, useNotice } from "./documents";
import { EvidenceList } from "./Evidence";
import { deskTexts } from "./texts";

function OneNotice({ id, start }: { id: string; start?: Start }) {
  const t = useTexts(deskTexts);
  const word = useWord();
  const format = useFormat();
  const me = useMe();
  const { data, error, refetch } = useNotice(id);
  if (error) return <ProblemView error={error} retry={() => refetch()} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 1 }} />;
  const mine = data.addressee === me.data?.organization.id;
  const sign = () =>
    start?.({
      subject: data.number,
      step: { to: "receipt", article: "8", requirement: "W17-21" },
      action: {
        id: `${id}:receipt`,
        title: { zh: deskTexts.zh.receipt, en: deskTexts.en.receipt },
        path: `/api/v1/notices/${id}/receipt`,
        fields: [],
      },
    });
  return (
    <div className="desk-note">
      <Facts
        of={[
          [word(data.kind), <code key="n">{data.number}</code>],
          [t.addressee, <Unit key="u" id={data.addressee} />],
          [
            data.receipt?.person ? t.received : t.notReceived,
            format.dateTime(data.receipt?.at ?? "") || " ",
          ],
        ]}
      />
      {start && mine && !data.receipt?.person && (
        <Button size="small" onClick={sign}>
          {t.receipt}
        </Button>
      )}
      <details>
        <summary>{t.document}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
        <pre tabIndex={0}>{data.document}</pre>
      </details>
    </div>
  );
}

function Feedbacks({ task }: { task: Task }) {
  const t = useTexts(deskTexts);
  const word = useWord();
  return task.feedback?.map((f) => (
    <div className="desk-note" key={f.by?.at}>
      <strong>{word(f.outcome)}</strong> {!f.on_time && t.late} {f.detail}{" "}
      <Person id={f.by?.person} unit={f.by?.organization} />
      <EvidenceList ids={f.evidence} />
    </div>
  ));
}

function Verifications({ task }: { task: Task }) {
  const t = useTexts(deskTexts);
  const text = useText();
  const word = useWord();
  return task.verifications?.map((v) => (
    <div className="desk-note" key={v.by?.at}>
      <StateTag state={v.verdict ?? ""} /> {word(v.method)}
      <p>{text({ zh: v.detail_zh, en: v.detail })}</p>
      <strong>{t.transcript}</strong>
      <EvidenceList ids={v.evidence} />
    </div>
  ));
}

function Sanctions({ task, start }: { task: Task; start?: Start }) {
  const t = useTexts(deskTexts);
  const word = useWord();
  const format = useFormat();
  const me = useMe();
  const mine =
    start &&
    task.state === "breach" &&
    task.authority === me.data?.organization.id &&
    me.data?.user.roles.includes("reviewer");
  const texts = (key: "sanction" | "kind" | "fine" | "lawArticle" | "reason") => ({
    zh: deskTexts.zh[key],
    en: deskTexts.en[key],
  });
  const impose = () =>
    start?.({
      step: { to: "sanction", article: "12", requirement: "W17-29" },
      action: {
        id: `${task.number}:sanction`,
        title: texts("sanction"),
        path: `/api/v1/tasks/${task.number}/sanction`,
        danger: true,
        fields: [
          {
            name: "kind",
            kind: "choice",
            title: texts("kind"),
            words: ["talk", "warning", "fine"],
            initial: "talk",
            required: true,
          },
          { name: "fine_fen", kind: "fen", title: texts("fine"), initial: 0 },
          {
            name: "law_article",
            kind: "choice",
            title: texts("lawArticle"),
            words: ["56", "59", "60", "68"],
            initial: "56",
            required: true,
          },
          { name: "reason", kind: "area", title: texts("reason"), required: true },
        ],
      },
    });
  if (!mine && !task.sanctions?.length) return null;
  return (
    <section>
      <h3>{t.sanctions}</h3>
      {task.sanctions?.map((s) => (
        <div className="desk-note" key={s.by?.at}>
          <strong>{word(s.kind)}</strong>{" "}
          {s.fine_fen ? t.amount(format.number(s.fine_fen / 100)) : ""} {s.by?.reason}{" "}
          <Article article={s.basis?.article ?? ""} ruleSet={s.basis?.rule_set} />
        </div>
      ))}
      {mine && (
        <p>
          <Button danger onClick={impose}>
            {t.sanction}
          </Button>
        </p>
      )}
    </section>
  );
}

export function TaskFacts({ task, start }: { task: Task; start?: Start }) {
  const t = useTexts(deskTexts);
  const word = useWord();
  const format = useFormat();
  const call = task.phone_call;
  return (
    <>
      <Facts
        of={[
          [t.measure, word(task.measure)],
          [t.addressee, <Unit key="u" id={task.addressee} />],
          [t.limit, format.length(task.limit ?? "")],
          [t.reason, task.reason],
        ]}
      />
      <IndicatorList of={task.indicators} />
      <section>
        <h3>{t.notices}</h3>
        {call?.by?.person && (
          <div className="desk-note">
            <strong>{t.phone}</strong> {format.dateTime(call.by.at ?? "")}
            <Facts
              of={[
                [t.callee, `${call.callee} ${call.number}`],
                [t.reason, call.by.reason],
              ]}
            />
            <p>{call.content}</p>
          </div>
        )}
        {task.notices?.length ? (
          task.notices.map((id) => <OneNotice key={id} id={id} start={start} />)
        ) : (
          <small>{t.noNotice}</small>
        )}
      </section>
      {Boolean(task.feedback?.length) && (
        <section>
          <h3>{t.feedback}</h3>
          <Feedbacks task={task} />
        </section>
      )}
      {Boolean(task.verifications?.length) && (
        <section>
          <h3>{t.verifications}</h3>
          <Verifications task={task} />
        </section>
      )}
      <Sanctions task={task} start={start} />
    </>
  );
}
