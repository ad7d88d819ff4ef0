import { fireEvent, render, screen } from "@testing-library/react";
import { beforeAll, expect, it, vi } from "vitest";

beforeAll(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {} }));
});

it("few rows are sorted by what they mean, and buttons by nothing", async () => {
  const { Few } = await import("./Few");
  const rows = [
    ["b", { cell: "1,000", by: 1000 }, <button key="b" type="button" />],
    ["a", { cell: "", by: undefined }, <button key="b" type="button" />],
    ["c", { cell: "20", by: 20 }, <button key="b" type="button" />],
  ];
  render(<Few title="few" heads={["name", "size", "steps"]} rows={rows} />);
  const names = () =>
    screen.getAllByRole("row").flatMap((row) => row.querySelector("td")?.textContent ?? []);
  const size = screen.getByRole("button", { name: "size" });
  expect(screen.queryByRole("button", { name: "steps" })).toBeNull();
  expect(names()).toEqual(["b", "a", "c"]);
  fireEvent.click(size);
  expect(names()).toEqual(["c", "b", "a"]);
  fireEvent.click(size);
  expect(names()).toEqual(["b", "c", "a"]);
  fireEvent.click(size);
  expect(names()).toEqual(["b", "a", "c"]);
  fireEvent.click(screen.getByRole("button", { name: "name" }));
  expect(screen.getByRole("columnheader", { name: "name" }).ariaSort).toBe("ascending");
  expect(names()).toEqual(["a", "b", "c"]);
});
