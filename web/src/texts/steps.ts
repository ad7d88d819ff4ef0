// What the steps of the journal are called; apart from the hub's words, because few pages need them.
import { useCallback } from "react";
import { actions } from "./actions";
import { useText } from "./use";

/** The name of a step; of one that a newer hub knows, its code. */
export function useAction(): (action: string) => string {
  const text = useText();
  return useCallback((action) => text(actions[action]) || action, [text]);
}
