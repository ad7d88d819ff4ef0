// Above a table: query, filters, views, columns, export, and what can be done with the selection.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Dropdown, Input, Popover, Select } from "antd";
import { useState } from "react";
import { useLocation } from "react-router";
import { api, data, getFile } from "../../api/client";
import type { Page, SavedSearch, Text } from "../../api/shapes";
import { useFormat } from "../../base/format";
import { save } from "../../base/save";
import { carry } from "../../base/work";
import { both, useMarks, useTexts } from "../../texts/use";
import { SaveView } from "./SaveView";
import { tableTexts } from "./texts";
import type { TableProps } from "./types";
import { useViews, type View } from "./views";

interface Props<Row> {
  table: TableProps<Row>;
  view: Omit<View, "name">;
  change: (view: Partial<View>) => void;
  selected: number;
  copy: () => void;
  clear: () => void;
}

function useSavedSearches(place: string | undefined) {
  return useQuery({
    queryKey: ["searches"],
    enabled: place !== undefined,
    queryFn: async ({ signal }) =>
      ((await data(api.GET("/api/v1/searches", { signal }))) as Page<SavedSearch>).items,
    select: (all) => all.filter((s) => s.in === place),
  });
}

/** From here on a choice is found by typing. */
const MANY = 20;
const NEW_LINE = 10;

/** All that is found, as a file; `page` is where the table stands. */
async function exportAll(asked: { in: string; q: string; form: string }, what: Text, page: string) {
  const title = both(tableTexts, (t) => t.exportOf(asked.form.toUpperCase()));
  const name = { zh: `${title.zh}：${what.zh}`, en: `${title.en}: ${what.en}` };
  const path = `/api/v1/search/export?${new URLSearchParams(asked)}`;
  await carry({ title: name, place: page, stops: true }, async (hold) => {
    let lines = 0;
    const file = await getFile(path, hold.signal, (piece) => {
      for (const byte of piece) if (byte === NEW_LINE) lines += 1;
      hold.at(
        undefined,
        both(tableTexts, (t, n) => t.exported(n(lines))),
      );
    });
    save(file, `${asked.in}.${asked.form}`);
  });
}

export function Toolbar<Row>({ table, view, change, selected, copy, clear }: Props<Row>) {
  const t = useTexts(tableTexts);
  const mark = useMarks();
  const format = useFormat();
  const client = useQueryClient();
  const { pathname, search } = useLocation();
  const views = useViews(table.name);
  const saved = useSavedSearches(table.place);
  const [saving, setSaving] = useState(false);
  const [draft, setDraft] = useState({ of: view.query, text: view.query });
  // The address can change the query too: the draft follows it.
  const text = draft.of === view.query ? draft.text : view.query;

  const save = async (name: string, atHub: boolean) => {
    if (!atHub) return views.save({ name, ...view });
    await data(
      api.POST("/api/v1/searches", { body: { name, query: view.query, in: table.place ?? "" } }),
    );
    await client.invalidateQueries({ queryKey: ["searches"] });
  };

  const take = (form: string) => {
    const what = { zh: table.title, en: table.title };
    const asked = { in: table.place ?? "", q: view.query, form };
    // How it ended is said where work is listed.
    exportAll(asked, what, `${pathname}${search}`).catch(() => undefined);
  };

  const ticks = (table.filters ?? []).filter((f) => f.options.length === 1);
  const choices = (table.filters ?? []).filter((f) => f.options.length !== 1);
  const viewItems = [
    ...(views.views.length > 0
      ? [
          {
            key: "mine",
            type: "group" as const,
            label: t.mine,
            children: views.views.map((v) => ({
              key: `v:${v.name}`,
              label: v.name,
              onClick: () => change({ sort: "", ...v }),
              extra: (
                <Button
                  type="text"
                  size="small"
                  onClick={(e) => {
                    e.stopPropagation();
                    views.forget(v.name);
                  }}
                >
                  {t.forget}
                </Button>
              ),
            })),
          },
        ]
      : []),
    ...(saved.data && saved.data.length > 0
      ? [
          {
            key: "saved",
            type: "group" as const,
            label: t.saved,
            children: saved.data.map((s) => ({
              key: `s:${s.id}`,
              label: s.name,
              onClick: () => change({ query: s.query ?? "" }),
            })),
          },
        ]
      : []),
    { key: "save", label: t.saveView, onClick: () => setSaving(true) },
  ];

  return (
    <div className="table-tools" role="toolbar" aria-label={table.title}>
      {(table.place || table.search) && (
        <Input.Search
          className="table-query"
          allowClear
          aria-label={table.search?.label ?? t.query}
          placeholder={table.search?.hint ?? t.queryHint}
          enterButton={t.search}
          value={text}
          onChange={(e) => setDraft({ of: view.query, text: e.target.value })}
          onSearch={(query) => change({ query: query.trim() })}
        />
      )}
      {ticks.map(({ name, options: [only] }) => (
        <Checkbox
          key={name}
          checked={view.filters[name] === only?.value}
          onChange={(e) =>
            change({
              filters: { ...view.filters, [name]: (e.target.checked && only?.value) || "" },
            })
          }
        >
          {only?.label}
        </Checkbox>
      ))}
      {choices.map((f) => (
        <Select
          key={f.name}
          aria-label={f.title}
          className="table-filter"
          popupMatchSelectWidth={false}
          showSearch={f.options.length > MANY}
          optionFilterProp="label"
          value={view.filters[f.name] ?? ""}
          options={[{ value: "", label: `${f.title}${mark.says}${t.all}` }, ...f.options]}
          onChange={(value) => change({ filters: { ...view.filters, [f.name]: value } })}
        />
      ))}
      <Dropdown menu={{ items: viewItems }} trigger={["click"]}>
        <Button>{t.views}</Button>
      </Dropdown>
      <Popover
        trigger="click"
        content={
          <Checkbox.Group
            className="stacked"
            value={view.columns}
            options={table.columns.map((c) => ({ value: c.key, label: c.title }))}
            onChange={(columns) => columns.length > 0 && change({ columns })}
          />
        }
      >
        <Button>{t.columns}</Button>
      </Popover>
      {table.place && (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: [
              ...["csv", "ndjson"].map((form) => ({
                key: form,
                label: form.toUpperCase(),
                onClick: () => take(form),
              })),
              { key: "note", disabled: true, label: t.exportNote },
            ],
          }}
        >
          <Button>{t.export}</Button>
        </Dropdown>
      )}
      {selected > 0 && (
        <>
          <Button onClick={copy}>{t.copyRows(format.number(selected))}</Button>
          <Button type="text" onClick={clear}>
            {t.clear}
          </Button>
        </>
      )}
      {saving && (
        <SaveView
          searchable={table.place !== undefined}
          close={() => setSaving(false)}
          save={save}
        />
      )}
    </div>
  );
}
