// Where the page of a numbered document is.

const PLACES: [RegExp, string][] = [
  [/^T-\d{4}-\d+-\d+$/, "tasks"],
  [/^T-\d{4}-\d+$/, "threats"],
  [/^N-\d{4}-\d+$/, "notices"],
  [/^A-\d{4}-\d+$/, "appeals"],
];

/** Below /console; undefined: no such page. */
export function placeOf(number: string): string | undefined {
  const found = PLACES.find(([form]) => form.test(number));
  return found && `/${found[1]}/${number}`;
}
