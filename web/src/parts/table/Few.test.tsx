import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";

const kept = vi.fn(() => Promise.resolve());

beforeAll(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {} }));
  Object.defineProperty(navigator, "clipboard", { value: { writeText: kept } });
});

afterEach(cleanup);

const steps = <button type="button" />;
const names = () =>
  screen.getAllByRole("row").flatMap((row) => row.querySelector("td")?.textContent ?? []);

it("few rows are sorted by what they mean, and buttons by nothing", async () => {
  const { Few } = await import("./Few");
  const rows = [
    ["b", { cell: "1,000", by: 1000, text: "1000" }, steps],
    ["a", { cell: "", by: undefined, text: "" }, steps],
    ["c", { cell: "20", by: 20, text: "20" }, steps],
  ];
  render(<Few title="few" heads={["name", "size", "steps"]} rows={rows} />);
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
  expect(screen.queryByRole("button", { name: /few/ })).toBeNull();
});

it("what is shown is the first of all in their order, not the order of what is shown", async () => {
  const { Few } = await import("./Few");
  render(<Few title="cut" heads={["at"]} rows={[[3], [2], [1]]} shown={2} />);
  expect(names()).toEqual(["3", "2"]);
  fireEvent.click(screen.getByRole("button", { name: "at" }));
  expect(names()).toEqual(["1", "2"]);
});

it("two columns of one name are sorted each by itself", async () => {
  const { Few } = await import("./Few");
  const rows = [
    ["x", 1, 2],
    ["y", 2, 1],
  ];
  render(<Few figures title="twins" heads={["what", "change", "change"]} rows={rows} />);
  const heads = () => screen.getAllByRole("rowheader").map((head) => head.textContent);
  fireEvent.click(screen.getAllByRole("button", { name: "change" })[1] as HTMLElement);
  expect(heads()).toEqual(["y", "x"]);
});

it("a table is copied as it is ordered: defanged, without buttons, formulas as text", async () => {
  const { App } = await import("antd");
  const { Few } = await import("./Few");
  const { useCells } = await import("./cells");
  const client = new (await import("@tanstack/react-query")).QueryClient();
  const { QueryClientProvider } = await import("@tanstack/react-query");
  function Table() {
    const cells = useCells();
    const values = ["d.example", "c.example", "b.example", "a.example"];
    const rows = values.map((value, i) => [
      cells.indicator("domain", value),
      cells.number(1000 * i),
      "=1",
      steps,
    ]);
    return <Few title="all" heads={["value", "size", "note", "steps"]} rows={rows} />;
  }
  render(
    <QueryClientProvider client={client}>
      <App>
        <Table />
      </App>
    </QueryClientProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "value" }));
  fireEvent.click(screen.getByRole("button", { name: /all$/ }));
  expect(kept).toHaveBeenCalledWith(
    "value\tsize\tnote\n" +
      "a[.]example\t3000\t'=1\nb[.]example\t2000\t'=1\n" +
      "c[.]example\t1000\t'=1\nd[.]example\t0\t'=1",
  );
});
