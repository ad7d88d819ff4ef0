// Where pages of this area are.

/** Where a list is read, at an entry when one is said. An address may be written without its length. */
export function placeOfList(id: string, entry = ""): string {
  const written = entry.replace(/\/(32|128)$/, "");
  const asked = written ? `?${new URLSearchParams({ q: written })}` : "";
  return `/guard/${encodeURIComponent(id)}${asked}`;
}
