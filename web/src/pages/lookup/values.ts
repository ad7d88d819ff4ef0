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
}): "wrong" | "blocked" | "known" | "unknown" {
  if (answer.error) return "wrong";
  if (answer.blocked) return "blocked";
  return answer.known ? "known" : "unknown";
}
