import type { Step } from "../api/shapes";
import { useText, useWord } from "../texts/use";
import { titlesOf } from "./steps";

/** A step of a document by what is to be done. */
export function useStepName(): (number: string, step: Step) => string {
  const text = useText();
  const word = useWord();
  return (number, step) => titlesOf(number, step).map(text).join(" / ") || word(step.to);
}
