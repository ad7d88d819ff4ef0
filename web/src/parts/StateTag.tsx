// A state in its words. Colour only repeats what the word says.
import { Tag } from "antd";
import { useWord } from "../texts/use";

const TONES: Record<string, string> = {
  breach: "red",
  "verify-failed": "red",
  overdue: "red",
  returned: "orange",
  reopened: "orange",
  "lift-ordered": "orange",
  submitted: "blue",
  identifying: "blue",
  identified: "blue",
  reviewing: "blue",
  notified: "blue",
  disposing: "blue",
  "fed-back": "blue",
  verifying: "blue",
  filed: "blue",
  accepted: "blue",
  checking: "blue",
  approved: "green",
  verified: "green",
  closed: "green",
  "lift-verified": "green",
  answered: "green",
};

export function StateTag({ state }: { state: string }) {
  const word = useWord();
  return (
    <Tag className={`tone tone-${TONES[state] ?? "plain"}`} bordered={false}>
      {word(state)}
    </Tag>
  );
}
