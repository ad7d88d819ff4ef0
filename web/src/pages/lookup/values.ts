// What was pasted, as values; and what an answer about one comes down to.

/** As many as the hub takes at once. */
export const MOST = 10_000;

export function valuesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

export function verdict(answer: {
  error?: string;
  blocked?: boolean;
  known?: boolean;
  sources?: { stands?: boolean }[];
  below?: { state?: string };
}): "wrong" | "blocked" | "withdrawn" | "known" | "unknown" {
  if (answer.error) return "wrong";
  // What covers it and is listed blocks it too.
  if (answer.blocked || answer.below?.state === "listed") return "blocked";
  if (!answer.known) return "unknown";
  // The public is not told who said so, and then not whether they still do.
  const said = answer.sources ?? [];
  return said.length > 0 && said.every((s) => s.stands === false) ? "withdrawn" : "known";
}
