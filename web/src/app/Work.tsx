// The long work of this window, from every page: a quiet sign in the header, and the list behind it.
import { Button, Drawer } from "antd";
import { useEffect, useState } from "react";
import { useMe } from "../api/queries";
import { useFormat } from "../base/format";
import { useSmall } from "../base/settings";
import { ownedBy, useWorks, type Work } from "../base/work";
import { partsTexts } from "../parts/texts";
import { WorkView } from "../parts/WorkView";
import { useText, useTexts } from "../texts/use";
import { shellTexts } from "./texts";

/** Leaving the window would break off what is under way: the browser asks first. */
function useAskBeforeLeaving(busy: boolean): void {
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [busy]);
}

/** What began or ended last, for those who do not see the sign. */
function useNews(works: Work[]): string {
  const t = useTexts(shellTexts);
  const p = useTexts(partsTexts);
  const text = useText();
  const newest = works.toSorted((a, b) => a.turn - b.turn).at(-1);
  return newest ? t.workSaid(text(newest.title), p.workState(newest.state)) : "";
}

export function WorkSign() {
  const t = useTexts(shellTexts);
  const format = useFormat();
  const small = useSmall();
  const works = useWorks();
  const me = useMe();
  const [open, setOpen] = useState(false);
  const who = me.data && `${me.data.user.id} ${me.data.organization.id}`;
  useEffect(() => {
    if (who) ownedBy(who);
  }, [who]);
  const running = works.filter((w) => w.state === "running");
  useAskBeforeLeaving(running.some((w) => !w.atHub));
  const news = useNews(works);
  const failed = works.some((w) => w.state === "failed" || w.state === "partly");
  const said =
    running.length > 0
      ? t.workRunning(format.number(running.length))
      : t.workEnded(format.number(works.length));
  const close = () => setOpen(false);
  return (
    <>
      <span className="visually-hidden" aria-live="polite">
        {news}
      </span>
      {works.length > 0 && (
        <Button
          className={failed ? "work-sign work-failed" : "work-sign"}
          type="text"
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        >
          {said}
        </Button>
      )}
      <Drawer open={open} onClose={close} title={t.work} width={small ? "100%" : 440}>
        <p>
          <small>{t.workPurpose}</small>
        </p>
        {works.length === 0 && <p>{t.workNone}</p>}
        <ul className="works">
          {works.toReversed().map((work) => (
            <li key={work.id}>
              <WorkView work={work} went={close} />
            </li>
          ))}
        </ul>
      </Drawer>
    </>
  );
}
