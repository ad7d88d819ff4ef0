/** `1 duty`, `2 duties`: a number as it is written, and what it counts; `many` where it is more than an s. */
export function counted(n: string, one: string, many = `${one}s`): string {
  return `${n} ${n === "1" ? one : many}`;
}
