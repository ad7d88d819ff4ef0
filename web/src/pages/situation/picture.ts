// The whole page as one picture to keep or to put into a document: every group with its numbers.
import type { Text } from "../../api/shapes";
import { type Figure, type Situation, spoken } from "./ask";
import { provinces, shade } from "./provinces";

export interface Words {
  text: (text: Partial<Text> | undefined) => string;
  number: (n: number) => string;
  span: (from: string, until: string) => string;
  title: string;
  same: string;
  dark: boolean;
}

const WIDTH = 1200;
const EDGE = 32;
const LINE = 24;
const COLUMN = (WIDTH - 3 * EDGE) / 2;
const COLOURS = {
  light: { ink: "#1d2129", soft: "#4b5563", paper: "#ffffff", bar: "#0b5cad", line: "#d5dae1" },
  dark: { ink: "#e6e8ec", soft: "#b6bcc6", paper: "#141414", bar: "#5a9fe6", line: "#353a42" },
};
const TILES = {
  light: ["#ffffff", "#d6e6f7", "#9cc4ec", "#1f6fc0", "#0b4a8f"],
  dark: ["#141414", "#16304d", "#1d4a7c", "#7db8f5", "#b9dcff"],
};

interface Block {
  title: string;
  height: number;
  draw: (pen: CanvasRenderingContext2D, x: number, y: number) => void;
}

function change(figure: Figure, words: Words): string {
  const percent = figure.change_percent;
  if (percent === undefined) return "–";
  if (percent === 0) return words.same;
  return `${percent > 0 ? "▲" : "▼"} ${Math.abs(percent)}%`;
}

function bars(figures: Figure[], words: Words): Omit<Block, "title"> {
  const colour = COLOURS[words.dark ? "dark" : "light"];
  const most = Math.max(1, ...figures.map((f) => f.current.count));
  return {
    height: figures.length * LINE,
    draw: (pen, x, y) => {
      figures.forEach((f, i) => {
        const at = y + i * LINE;
        pen.fillStyle = colour.ink;
        pen.fillText(words.text(f.title) || f.name, x, at + 16, 190);
        pen.fillStyle = colour.bar;
        pen.fillRect(x + 200, at + 4, (f.current.count / most) * (COLUMN - 340), 14);
        pen.fillStyle = colour.ink;
        pen.fillText(words.number(f.current.count), x + COLUMN - 130, at + 16, 60);
        pen.fillStyle = colour.soft;
        pen.fillText(change(f, words), x + COLUMN - 66, at + 16, 66);
      });
    },
  };
}

function tiles(figures: Figure[], words: Words): Omit<Block, "title"> {
  const theme = words.dark ? "dark" : "light";
  const colour = COLOURS[theme];
  const by = new Map(figures.map((f) => [f.name, f.current.count]));
  const most = Math.max(1, ...provinces.map((p) => by.get(p.code) ?? 0));
  const wide = COLUMN / 7;
  return {
    height: 8 * 46,
    draw: (pen, x, y) => {
      for (const p of provinces) {
        const count = by.get(p.code) ?? 0;
        const level = shade(count, most);
        const left = x + (p.column - 2) * wide;
        const top = y + (p.row - 1) * 46;
        pen.fillStyle = TILES[theme][level] ?? colour.paper;
        pen.fillRect(left, top, wide - 3, 43);
        pen.strokeStyle = colour.line;
        pen.strokeRect(left, top, wide - 3, 43);
        pen.fillStyle = level < 3 ? colour.ink : words.dark ? "#0b1a2b" : "#ffffff";
        pen.fillText(words.text(p.title), left + 5, top + 17, wide - 12);
        pen.fillText(words.number(count), left + 5, top + 36, wide - 12);
      }
    },
  };
}

/** Blocks one below the other, the next always into the shorter of two columns. */
export function paint(found: Situation, words: Words): HTMLCanvasElement {
  const colour = COLOURS[words.dark ? "dark" : "light"];
  const blocks: Block[] = found.groups.flatMap((group) => {
    const figures = group.figures.filter((f) => group.name === "class" || spoken(f));
    if (figures.length === 0) return [];
    const title = words.text(group.title);
    return [{ title, ...(group.name === "province" ? tiles : bars)(figures, words) }];
  });
  const ends = [96, 96];
  const placed = blocks.map((block) => {
    const column = (ends[0] ?? 0) <= (ends[1] ?? 0) ? 0 : 1;
    const top = ends[column] ?? 0;
    ends[column] = top + block.height + 56;
    return { block, x: EDGE + column * (COLUMN + EDGE), top };
  });
  const height = Math.max(...ends) + EDGE;
  const canvas = document.createElement("canvas");
  const scale = 2;
  canvas.width = WIDTH * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  const font = getComputedStyle(document.body).fontFamily;
  pen.scale(scale, scale);
  pen.fillStyle = colour.paper;
  pen.fillRect(0, 0, WIDTH, height);
  pen.fillStyle = colour.ink;
  pen.font = `600 24px ${font}`;
  pen.fillText(words.title, EDGE, 46);
  pen.font = `14px ${font}`;
  pen.fillStyle = colour.soft;
  pen.fillText(words.span(found.current.from, found.current.until), EDGE, 72);
  for (const { block, x, top } of placed) {
    pen.fillStyle = colour.ink;
    pen.font = `600 15px ${font}`;
    pen.fillText(block.title, x, top + 16, COLUMN);
    pen.font = `13px ${font}`;
    block.draw(pen, x, top + 28);
  }
  return canvas;
}

export function save(canvas: HTMLCanvasElement): void {
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = "tocsin-situation.png";
  link.click();
}
