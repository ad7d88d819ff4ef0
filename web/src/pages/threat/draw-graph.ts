// The part that knows the drawing library: a network on a canvas; it pans and zooms by itself.
import { GraphChart } from "echarts/charts";
import { TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([GraphChart, TooltipComponent, CanvasRenderer]);

export interface Dot {
  id: string;
  /** As it may be read: defanged. */
  label: string;
  kind: string;
  root: boolean;
  listed: boolean;
}

export interface Line {
  from: string;
  to: string;
  label: string;
}

export interface Drawing {
  show(dots: Dot[], lines: Line[]): void;
  end(): void;
}

const COLOURS = {
  light: { ink: "#1d2129", line: "#8a93a0", dot: "#0b5cad", listed: "#b3261e", root: "#1b6e3c" },
  dark: { ink: "#e6e8ec", line: "#6b7380", dot: "#5a9fe6", listed: "#f28b82", root: "#63c08a" },
};

export function draw(place: HTMLElement, dark: boolean, picked: (id: string) => void): Drawing {
  const colours = dark ? COLOURS.dark : COLOURS.light;
  const chart = init(place, null, { renderer: "canvas" });
  chart.on("click", (event) => {
    const id = (event.data as { id?: string } | undefined)?.id;
    if (event.dataType === "node" && id) picked(id);
  });
  const resized = new ResizeObserver(() => chart.resize());
  resized.observe(place);
  return {
    show: (dots, lines) =>
      chart.setOption({
        animation: false,
        tooltip: { trigger: "item", renderMode: "richText" },
        series: [
          {
            type: "graph",
            layout: "force",
            roam: true,
            draggable: true,
            force: { repulsion: 260, edgeLength: 110, layoutAnimation: false },
            edgeSymbol: ["none", "arrow"],
            edgeSymbolSize: 7,
            label: { show: true, position: "bottom", color: colours.ink, fontSize: 11 },
            edgeLabel: { show: lines.length < 40, color: colours.ink, fontSize: 10 },
            lineStyle: { color: colours.line, curveness: 0.08 },
            data: dots.map((d) => ({
              id: d.id,
              name: d.label,
              value: d.kind,
              symbolSize: d.root ? 26 : 16,
              itemStyle: {
                color: d.root ? colours.root : d.listed ? colours.listed : colours.dot,
              },
            })),
            links: lines.map((l) => ({
              source: l.from,
              target: l.to,
              label: { formatter: l.label },
            })),
          },
        ],
      }),
    end: () => {
      resized.disconnect();
      chart.dispose();
    },
  };
}
