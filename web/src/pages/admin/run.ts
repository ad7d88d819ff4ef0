// A source that is called to run: the hub does so by itself, and this follows it to the end.
import { act, api, data } from "../../api/client";
import { queries } from "../../api/queries";
import { carry } from "../../base/work";
import { newKey } from "../../parts/ActionForm";
import { admin as en } from "../../texts/en/admin";
import { both } from "../../texts/use";
import { admin as zh } from "../../texts/zh/admin";
import type { Source } from "./shapes";

const LOOK_MS = 1_000;

export function placeOf(name: string): string {
  return `/admin/sources/${encodeURIComponent(name)}`;
}

async function look(name: string): Promise<Source> {
  return await data(api.GET("/api/v1/sources/{name}", { params: { path: { name } } }));
}

export function runSource(name: string): Promise<void> {
  const place = placeOf(name);
  const title = both({ zh, en }, (t) => t.runOf(name));
  return carry({ title, place, key: place, atHub: true }, async (hold) => {
    const called = (await act(`/api/v1${place.replace("/admin", "")}/run`, {}, newKey())) as Source;
    const since = Date.parse(called.next_run ?? "");
    let now = called;
    // Paused meanwhile, it does not run any more.
    while (!(Date.parse(now.last_run ?? "") >= since) && !now.paused) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      now = await look(name);
    }
    if (now.health !== "ok") {
      hold.short();
      hold.at(1, now.problem as Parameters<typeof hold.at>[1]);
    }
    await queries.invalidateQueries({ predicate: (q) => q.meta?.live !== undefined });
  });
}
