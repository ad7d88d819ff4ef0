// One piece of long work: what, how far, what came of it, and what can be done with it.
import { Button } from "antd";
import { Link } from "react-router";
import { dismiss, type State, useWorks, type Work } from "../base/work";
import { useText, useTexts } from "../texts/use";
import { ProblemView } from "./ProblemView";
import { partsTexts } from "./texts";

const TONES: Record<State, string> = {
  running: "blue",
  done: "green",
  partly: "orange",
  stopped: "plain",
  failed: "red",
};

/** `went`: the link to its page was followed; without it there is no link. */
export function WorkView({ work, went }: { work: Work; went?: () => void }) {
  const t = useTexts(partsTexts);
  const text = useText();
  const { state, share } = work;
  const title = text(work.title);
  const running = state === "running";
  return (
    <article className="work" aria-label={title}>
      <div className="work-head">
        <strong>{title}</strong>
        <span className={`tone tone-${TONES[state]} work-state`}>{t.workState(state)}</span>
      </div>
      {running && (
        <div className="work-bar">
          {/* Without a value it moves to and fro. */}
          <progress aria-label={title} max={1} value={share} />
          {share !== undefined && <span>{Math.floor(share * 100)}%</span>}
        </div>
      )}
      {work.said && <p>{text(work.said)}</p>}
      {state === "failed" && <ProblemView error={work.error} />}
      <div className="buttons">
        {went && (
          <Link to={work.place} onClick={went}>
            {t.workShow}
          </Link>
        )}
        {running && work.stops && (
          <Button size="small" aria-label={`${t.workStop} ${title}`} onClick={work.stop}>
            {t.workStop}
          </Button>
        )}
        {!running && (
          <Button
            size="small"
            aria-label={`${t.workDismiss} ${title}`}
            onClick={() => dismiss(work.id)}
          >
            {t.workDismiss}
          </Button>
        )}
      </div>
    </article>
  );
}

/** What was begun on a page and is not done, on the page itself. */
export function WorksHere({ place }: { place: string }) {
  const works = useWorks().filter((w) => w.place === place && w.state !== "done");
  return works.map((work) => <WorkView key={work.id} work={work} />);
}
