// Lines that became nothing, each with its reason. What was written there is no indicator, so it is
// shown as text with the dots taken apart.
import type { Text } from "../../api/shapes";
import { defang } from "../../base/defang";
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
  if (!of?.length) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section className="desk-scroll" tabIndex={0} aria-label={t.refusedLines}>
      <table className="desk-rows" aria-label={t.refusedLines}>
        <thead>
          <tr>
            <th scope="col">{t.line}</th>
            <th scope="col">{t.original}</th>
            <th scope="col">{t.detail}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((r) => (
            <tr key={`${r.line}:${r.original}`}>
              <td>{r.line}</td>
              <td>
                <code>{defang(r.original ?? "")}</code>
              </td>
              <td>{text(r.reason)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
