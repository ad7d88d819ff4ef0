// Lines that became nothing, each with its reason. What was written there is no indicator, so it is
// shown as text with the dots taken apart.
import type { Text } from "../../api/shapes";
import { defang } from "../../base/defang";
import { useCells } from "../../parts/table/cells";
import { Few } from "../../parts/table/Few";
import { useText, useTexts } from "../../texts/use";
import { deskTexts } from "./texts";

interface Refused {
  line?: number;
  original?: string;
  code?: string;
  reason?: Partial<Text>;
}

export function RefusedLines({ of }: { of: Refused[] | undefined }) {
  const t = useTexts(deskTexts);
  const text = useText();
  const cells = useCells();
  return (
    <Few
      title={t.refusedLines}
      heads={[t.line, t.original, t.detail]}
      rows={(of ?? []).map((r) => [r.line, cells.code(defang(r.original ?? "")), text(r.reason)])}
    />
  );
}
