// Rows of one question: virtual, selectable, driven by the keyboard. Roles stand where a table element
// would, because that cannot hold virtual rows; the grid has the focus, not its cells.
import { useVirtualizer } from "@tanstack/react-virtual";
import { Spin } from "antd";
import { useId, useMemo, useRef, useState } from "react";
import { useFormat } from "../../base/format";
import { useKeys } from "../../base/keys";
import { useSettings } from "../../base/settings";
import { useTexts } from "../../texts/use";
import { useCopy } from "../Indicator";
import { ProblemView } from "../ProblemView";
import { Head } from "./Head";
import { PAGE_ROWS, useRows } from "./pages";
import { nextSort, offered, readSort, SORTED_ROWS, sorted } from "./sort";
import { Toolbar } from "./Toolbar";
import { tableTexts } from "./texts";
import type { Column, TableProps } from "./types";
import { tsv, type View } from "./views";

const ROW_PX = 32; // a million rows stay below the height that browsers can lay out
const CHECK_PX = 36;
const READY_ROWS = 12; // drawn, and their page held, above and below what is seen

interface Props<Row> {
  table: TableProps<Row>;
  view: Omit<View, "name">;
  question: string;
  change: (view: Partial<View>) => void;
}

function template<Row>(columns: Column<Row>[]): string {
  const tracks = columns.map((c) => (c.grow ? `minmax(${c.width}px, 1fr)` : `${c.width}px`));
  return [`${CHECK_PX}px`, ...tracks].join(" ");
}

export function Grid<Row>({ table, view, question, change }: Props<Row>) {
  const t = useTexts(tableTexts);
  const format = useFormat();
  const copy = useCopy();
  const id = useId();
  const { language } = useSettings();
  const scroller = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ first: 0, last: 0 });
  const [at, setAt] = useState(-1);
  const [selected, setSelected] = useState<Map<string, Row>>(new Map());
  const asked = readSort(view.sort ?? "");
  const by = table.columns.find((c) => c.key === asked?.column && c.sort !== false);
  const sort = offered(table, asked);
  const here = by !== undefined && sort === undefined;
  const { query, filters } = view;
  const narrowed = query !== "" || Object.keys(filters).length > 0;
  const rows = useRows<Row>(
    [table.name, question, sort],
    (after, signal) => table.load({ query, filters, sort, after, limit: PAGE_ROWS, signal }),
    table.live,
    range,
    here ? SORTED_ROWS : 0,
  );
  const inOrder = useMemo(
    () =>
      here && rows.all ? sorted(rows.all, by, asked?.descending ?? false, language) : undefined,
    [here, rows.all, by, asked?.descending, language],
  );
  const rowAt = (index: number) => (inOrder ? inOrder[index] : rows.row(index));
  const tooMany = rows.count > SORTED_ROWS;
  const virtual = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: READY_ROWS,
    onChange: (v) => {
      const first = Math.max(0, (v.range?.startIndex ?? 0) - READY_ROWS);
      const last = (v.range?.endIndex ?? 0) + READY_ROWS;
      // Against what is set by then: a second scroll may come before the first one is rendered.
      setRange((old) => (old.first === first && old.last === last ? old : { first, last }));
    },
  });
  const columns = table.columns.filter((c) => view.columns.includes(c.key));
  const style = {
    gridTemplateColumns: template(columns),
    minWidth: columns.reduce((sum, c) => sum + c.width, CHECK_PX),
  };

  const go = (index: number) => {
    if (rows.count === 0) return;
    const to = Math.max(0, Math.min(rows.count - 1, index));
    setAt(to);
    virtual.scrollToIndex(to);
    scroller.current?.focus({ preventScroll: true });
  };
  const current = at >= 0 ? rowAt(at) : undefined;
  const toggle = (row: Row) => {
    const next = new Map(selected);
    const key = table.rowKey(row);
    if (!next.delete(key)) next.set(key, row);
    setSelected(next);
  };
  const copyRows = () => {
    const lines = [...selected.values()].map((row) => columns.map((c) => c.text(row)));
    if (lines.length === 0) return;
    copy(tsv([columns.map((c) => c.title), ...lines]), t.copiedRows(format.number(lines.length)));
  };
  const toHeaders = () =>
    scroller.current?.querySelector<HTMLElement>(".grid-head button")?.focus();
  const open = table.open;
  // Another order begins at its beginning.
  const choose = (column: string) => {
    setAt(-1);
    scroller.current?.scrollTo({ top: 0 });
    change({ sort: nextSort(view.sort ?? "", column) });
  };
  useKeys([
    { key: "j", help: t.next, run: () => go(at + 1) },
    { key: "k", help: t.previous, run: () => go(at - 1) },
    { key: "x", help: t.mark, run: () => current && toggle(current) },
    { key: "c", help: t.copy, run: copyRows },
    { key: "s", help: t.sortKey, run: toHeaders },
    ...(open ? [{ key: "Enter", help: t.openRow, run: () => current && open(current) }] : []),
  ]);

  const said = rows.more ? t.rows(format.number(rows.count)) : t.allRows(format.number(rows.count));
  return (
    <section className="data-table" aria-label={table.title}>
      <Toolbar
        table={table}
        view={view}
        change={change}
        selected={selected.size}
        copy={copyRows}
        clear={() => setSelected(new Map())}
      />
      {selected.size > 0 && table.bulk?.([...selected.values()], () => setSelected(new Map()))}
      {rows.error && <ProblemView error={rows.error} retry={rows.retry} />}
      <div
        ref={scroller}
        className="grid"
        role="grid"
        tabIndex={0}
        aria-label={table.title}
        aria-rowcount={rows.more ? -1 : rows.count + 1}
        aria-colcount={columns.length + 1}
        aria-busy={rows.busy}
        aria-multiselectable
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        onKeyDown={(e) => {
          const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[e.key];
          if (step === undefined || e.target !== e.currentTarget) return;
          e.preventDefault();
          go(at + step);
        }}
      >
        <Head
          columns={columns}
          sort={sort || inOrder ? asked : undefined}
          whyNot={(c) =>
            tooMany && !table.orders?.[c.key] ? t.tooMany(format.number(SORTED_ROWS)) : ""
          }
          choose={choose}
          style={style}
        />
        <div role="presentation" className="grid-body" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rowAt(item.index);
            const key = row ? table.rowKey(row) : "";
            return (
              <div
                key={item.key}
                id={`${id}-${item.index}`}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={selected.has(key)}
                className={item.index === at ? "grid-row at" : "grid-row"}
                style={{ ...style, transform: `translateY(${item.start}px)` }}
                onClick={() => setAt(item.index)}
                onDoubleClick={() => row && open?.(row)}
              >
                <span role="gridcell">
                  {row && (
                    <input
                      type="checkbox"
                      tabIndex={-1}
                      checked={selected.has(key)}
                      aria-label={t.selectRow(key)}
                      onChange={() => toggle(row)}
                    />
                  )}
                </span>
                {columns.map((c) => (
                  <span role="gridcell" key={c.key}>
                    {row ? (c.cell ?? c.text)(row) : <span className="bone" />}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
        {rows.count === 0 && !rows.error && (
          <div className="grid-none">
            {rows.first || rows.busy || rows.more ? (
              <Spin />
            ) : (
              <>
                <strong>{narrowed ? t.empty : t.none}</strong>
                <span>{narrowed ? t.emptyHint : table.emptyHint}</span>
                {narrowed && table.place && <span>{t.beginHint}</span>}
              </>
            )}
          </div>
        )}
      </div>
      <footer className="table-foot" aria-live="polite">
        {said}{" "}
        {here && tooMany && <strong>{t.notSorted(by.title, format.number(SORTED_ROWS))}</strong>}
      </footer>
    </section>
  );
}
