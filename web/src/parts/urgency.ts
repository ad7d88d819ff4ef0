// How a clock stands. Red, orange, yellow and blue are the law's colours of warnings
// (W17-30); which share of the time is which colour is a habit of this console, not the law's.
import type { Clock } from "../api/shapes";

export type Urgency = "late" | "red" | "orange" | "yellow" | "blue" | "met" | "met-late" | "waived";

const ORANGE = 0.25;
const YELLOW = 0.5;

export function urgency(clock: Clock, now: number): Urgency {
  if (clock.waived_by) return "waived";
  const due = Date.parse(clock.due ?? "");
  if (clock.met_at) return Date.parse(clock.met_at) >= due ? "met-late" : "met";
  const left = due - now;
  if (left <= 0) return "late";
  const share = left / Math.max(1, due - Date.parse(clock.start ?? ""));
  if (share <= ORANGE / 2) return "red";
  if (share <= ORANGE) return "orange";
  return share <= YELLOW ? "yellow" : "blue";
}
