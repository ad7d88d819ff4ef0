import type { ReactNode } from "react";

/** Names and values, in a row unless the page's own class says otherwise; what has no value is left out. */
export function Facts(props: { of: [string, ReactNode][]; className?: string }) {
  return (
    <dl className={props.className ?? "facts"}>
      {props.of
        .filter(([, value]) => value || value === 0)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
