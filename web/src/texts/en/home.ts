import { counted } from "../counted";
import type { Same } from "../use";
import type { home as zh } from "../zh/home";

export const home: Same<typeof zh> = {
  title: "My duties",
  purpose: "What waits for me, by time left; each step says on which article.",
  help: "Red, orange, yellow and blue are the colours of warnings: the less time, the stronger; late is red. How long a limit is the law or the notice says, where the colours change is a habit of this screen. Where no time stands, the law sets none for the step.",
  count: (n: string) => counted(n, "duty", "duties"),
  overdue: (n: string) => `${n} overdue`,
  none: "Nothing waits for you",
  noneHint: "New duties appear here by themselves.",
  toStart: "First steps: from an empty system to the first block",
  relapse: "dealt with, seen again",
  number: "Number",
  subject: "Subject",
  state: "State",
  left: "Time",
  steps: "Steps",
  next: "Next",
  previous: "Before",
  act: "Take the first step",
  more: (n: string) => `Show ${n} more`,
};
