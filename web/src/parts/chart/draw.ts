// The part that knows the drawing library: canvas only, and tooltips drawn on it too, because the
// content security policy lets no markup bring its own style.
import { BarChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, GridComponent, TooltipComponent, CanvasRenderer]);

export interface Point {
  name: string;
  value: number;
}

export interface Drawing {
  png(): string;
  end(): void;
}

const INK = { light: "#1d2129", dark: "#e6e8ec" };
const PAPER = { light: "#ffffff", dark: "#141414" };

export function draw(place: HTMLElement, title: string, points: Point[], dark: boolean): Drawing {
  const theme = dark ? "dark" : "light";
  const chart = init(place, null, { renderer: "canvas" });
  const rows = [...points].reverse();
  chart.setOption({
    animation: false,
    textStyle: { color: INK[theme] },
    grid: { left: 8, right: 40, top: 4, bottom: 4, containLabel: true },
    tooltip: { trigger: "item", renderMode: "richText" },
    xAxis: {
      type: "value",
      minInterval: 1,
      splitLine: { show: false },
      axisLabel: { show: false },
    },
    yAxis: { type: "category", data: rows.map((p) => p.name), axisLabel: { color: INK[theme] } },
    series: [
      {
        type: "bar",
        name: title,
        barMaxWidth: 18,
        itemStyle: { color: dark ? "#5a9fe6" : "#0b5cad" },
        label: { show: true, position: "right", color: INK[theme] },
        data: rows.map((p) => p.value),
      },
    ],
  });
  const resized = new ResizeObserver(() => chart.resize());
  resized.observe(place);
  return {
    png: () => chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: PAPER[theme] }),
    end: () => {
      resized.disconnect();
      chart.dispose();
    },
  };
}
