// A deadline computed by the hub, day by day; the console counts nothing itself.
import { useMutation, useQueries } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { api, data } from "../../api/client";
import { shanghaiDay } from "../../base/format";
import { Article } from "../../parts/Article";
import { Facts } from "../../parts/Facts";
import { ProblemView } from "../../parts/ProblemView";
import { ProvinceSelect } from "../../parts/ProvinceSelect";
import { Few } from "../../parts/table/Few";
import { law as en } from "../../texts/en/law";
import { useMarks, useText, useTexts, useWord } from "../../texts/use";
import { law as zh } from "../../texts/zh/law";
import { Panel } from "../admin/parts";
import type { ClockRule, Computed, Laws, RuleSetBody } from "../admin/shapes";

interface Values {
  clock: string;
  from: string;
  grade?: string;
  limit?: string;
  province?: string;
}

/** Names of the clocks stand in their rule sets. */
function useClockNames(laws: Laws): Map<string, ClockRule> {
  const sets = useQueries({
    queries: laws.rule_sets
      .filter((set) => set.clocks.length > 0)
      .map((set) => ({
        queryKey: ["rule-set", set.id],
        staleTime: 300_000,
        queryFn: async ({ signal }: { signal: AbortSignal }) =>
          (await data(
            api.GET("/api/v1/law/rule-sets/{id}", { params: { path: { id: set.id } }, signal }),
          )) as unknown as RuleSetBody,
      })),
  });
  const found = new Map<string, ClockRule>();
  for (const set of sets) for (const c of set.data?.clocks ?? []) found.set(c.id, c);
  return found;
}

function Answer({ computed }: { computed: Computed }) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const text = useText();
  return (
    <>
      <p className="law-answer">
        <strong>{computed.due_text}</strong> {computed.provisional && t.provisional}
      </p>
      <p>{text(computed.explanation)}</p>
      <Facts
        of={[
          [t.basis, text(computed.law)],
          [
            t.article,
            <Article
              key="article"
              article={computed.article}
              ruleSet={computed.rule_set}
              requirement={computed.requirements[0]}
            />,
          ],
          [t.requirements, computed.requirements.join(" ")],
          [
            t.setting,
            computed.setting &&
              `${computed.setting.id} = ${computed.setting.value}${mark.says}${text(computed.setting.why)}`,
          ],
        ]}
      />
      {computed.days.length > 0 && (
        <Few
          title={t.days}
          heads={[t.day, t.counted, t.why]}
          rows={computed.days.map((day) => [
            day.date,
            day.counted ? t.yes : t.no,
            `${text(day.why)}${day.provisional ? `${mark.open}${t.provisional}${mark.close}` : ""}`,
          ])}
        />
      )}
    </>
  );
}

export function Calculator({ laws }: { laws: Laws }) {
  const t = useTexts({ zh, en });
  const mark = useMarks();
  const text = useText();
  const word = useWord();
  const names = useClockNames(laws);
  const compute = useMutation({
    mutationFn: async ({ clock, ...query }: Values) => {
      const given = Object.fromEntries(Object.entries(query).filter(([, v]) => v));
      const answer = api.GET("/api/v1/law/clocks/{id}", {
        params: { path: { id: clock }, query: given },
      });
      return (await data(answer)) as unknown as Computed;
    },
  });
  return (
    <Panel title={t.calculator} hint={t.calculatorHint}>
      <Form
        layout="inline"
        className="law-form"
        initialValues={{ from: shanghaiDay(Date.now()) }}
        onFinish={(values: Values) => compute.mutate(values)}
      >
        <Form.Item
          name="clock"
          label={t.clock}
          // A rule "required" would put aria-required on an element that may not have it.
          rules={[
            {
              validator: (_, value) =>
                value ? Promise.resolve() : Promise.reject(new Error(t.chooseClock)),
            },
          ]}
        >
          <Select
            showSearch
            className="law-clock"
            optionFilterProp="label"
            popupMatchSelectWidth={false}
            options={laws.clocks.map((id) => ({
              value: id,
              label: `${text(names.get(id)?.name) || word(id)}${mark.open}${id}${mark.close}`,
            }))}
          />
        </Form.Item>
        <Form.Item name="from" label={t.start} rules={[{ required: true }]}>
          <Input placeholder="2026-02-13 09:30" />
        </Form.Item>
        <Form.Item name="grade" label={t.grade}>
          <Select
            allowClear
            className="law-grade"
            options={["I", "II", "III", "IV"].map((g) => ({ value: g, label: g }))}
          />
        </Form.Item>
        <Form.Item name="limit" label={t.limit}>
          <Input placeholder="24h / 3wd" />
        </Form.Item>
        <Form.Item name="province" label={t.province}>
          <ProvinceSelect className="law-province" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={compute.isPending}>
          {t.compute}
        </Button>
      </Form>
      {compute.error && <ProblemView error={compute.error} />}
      {compute.data && <Answer computed={compute.data} />}
    </Panel>
  );
}
