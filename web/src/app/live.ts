// One event stream for the whole console: an entry of the journal names its subject, and every
// answer on the screen that depends on such subjects is asked for again.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Subject } from "../api/queries";

/** `task.fed-back` is about a task. */
export function subjectOfAction(action: string): string {
  return action.split(".")[0] ?? "";
}

/** A burst of entries is one question. */
const SETTLE_MS = 400;
const AGAIN_MS = 5_000;

function invalidate(client: QueryClient, subjects: Set<string> | "all"): void {
  client.invalidateQueries({
    predicate: ({ meta }) =>
      meta?.live !== undefined &&
      (subjects === "all" || meta.live.some((s: Subject) => subjects.has(s))),
  });
}

export type Stream = "open" | "lost";

export function useLiveEvents(): Stream {
  const client = useQueryClient();
  const [state, setState] = useState<Stream>("open");
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another stream
  useEffect(() => {
    const source = new EventSource("/api/v1/events");
    let subjects = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settle = () => {
      timer = undefined;
      const told = subjects;
      subjects = new Set();
      invalidate(client, told);
    };
    source.addEventListener("journal", (event) => {
      const entry: { action: string } = JSON.parse(event.data);
      subjects.add(subjectOfAction(entry.action));
      timer ??= setTimeout(settle, SETTLE_MS);
    });
    // Too much happened while we were away: everything is asked for again.
    source.addEventListener("reset", () => invalidate(client, "all"));
    source.onopen = () => setState("open");
    let again: ReturnType<typeof setTimeout> | undefined;
    source.onerror = () => {
      setState("lost");
      // A broken connection the browser mends by itself; after a refusal it gives up.
      if (source.readyState === EventSource.CLOSED) {
        again = setTimeout(() => setAttempt((n) => n + 1), AGAIN_MS);
      }
    };
    return () => {
      clearTimeout(timer);
      clearTimeout(again);
      source.close();
    };
  }, [client, attempt]);
  return state;
}
