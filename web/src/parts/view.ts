// What a person has to see next is brought before the eyes and under the keyboard.
import { useEffect, useRef } from "react";

/** For an element with `tabIndex={-1}`: scrolled into view and focused whenever `what` is something new. */
export function useBroughtIntoView<T extends HTMLElement>(what: unknown) {
  const ref = useRef<T>(null);
  useEffect(() => {
    if (!what) return;
    ref.current?.scrollIntoView({ block: "center" });
    ref.current?.focus({ preventScroll: true });
  }, [what]);
  return ref;
}
