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

export interface Look {
  dark: boolean;
  /** Columns side by side, for what follows in time; else bars below each other. */
  upright?: boolean;
  /** Somebody chose the bar of that name. */
  open?: (name: string) => void;
}

export function draw(place: HTMLElement, title: string, points: Point[], look: Look): Drawing {
  const { dark, upright = false, open } = look;
  const theme = dark ? "dark" : "light";
  const chart = init(place, null, { renderer: "canvas" });
  const rows = upright ? points : [...points].reverse();
  const amounts = {
    type: "value",
    minInterval: 1,
    splitLine: { show: false },
    axisLabel: { show: false },
  } as const;
  const names = {
    type: "category",
    data: rows.map((p) => p.name),
    axisLabel: { color: INK[theme] },
  } as const;
  chart.setOption({
    animation: false,
    textStyle: { color: INK[theme] },
    grid: {
      left: 8,
      right: upright ? 8 : 40,
      top: upright ? 20 : 4,
      bottom: 4,
      containLabel: true,
    },
    tooltip: { trigger: "item", renderMode: "richText" },
    xAxis: upright ? names : amounts,
    yAxis: upright ? amounts : names,
    series: [
      {
        type: "bar",
        name: title,
        barMaxWidth: 18,
        itemStyle: { color: dark ? "#5a9fe6" : "#0b5cad" },
        label: { show: true, position: upright ? "top" : "right", color: INK[theme] },
        data: rows.map((p) => p.value),
      },
    ],
  });
  if (open) chart.on("click", (bar) => open(bar.name));
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
