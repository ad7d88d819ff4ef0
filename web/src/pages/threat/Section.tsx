// One part of a page about a document, reachable from its table of contents.
import type { ReactNode } from "react";

interface Props {
  id: string;
  title: string;
  hint?: string;
  extra?: ReactNode;
  children: ReactNode;
}

export function Section({ id, title, hint, extra, children }: Props) {
  return (
    <section id={id} className="case-part" aria-labelledby={`${id}-title`}>
      <div className="case-part-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {extra}
      </div>
      {hint && <p className="case-hint">{hint}</p>}
      {children}
    </section>
  );
}
