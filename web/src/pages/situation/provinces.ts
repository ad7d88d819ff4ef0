// Where each region stands in the grid of tiles. A grid
// draws no border, so it is no map (decision 0017).
import type { Text } from "../../api/shapes";
import { provinceNames } from "../../texts/provinces";

export interface Tile {
  code: string;
  title: Text;
  column: number;
  row: number;
}

const TILES: [string, number, number][] = [
  ["11", 6, 2], // 北京
  ["12", 7, 3], // 天津
  ["13", 6, 3], // 河北
  ["14", 5, 3], // 山西
  ["15", 5, 2], // 内蒙古
  ["21", 8, 3], // 辽宁
  ["22", 8, 2], // 吉林
  ["23", 8, 1], // 黑龙江
  ["31", 8, 5], // 上海
  ["32", 7, 5], // 江苏
  ["33", 7, 6], // 浙江
  ["34", 6, 5], // 安徽
  ["35", 6, 7], // 福建
  ["36", 6, 6], // 江西
  ["37", 6, 4], // 山东
  ["41", 5, 4], // 河南
  ["42", 5, 5], // 湖北
  ["43", 5, 6], // 湖南
  ["44", 5, 7], // 广东
  ["45", 4, 7], // 广西
  ["46", 4, 8], // 海南
  ["50", 4, 5], // 重庆
  ["51", 3, 5], // 四川
  ["52", 4, 6], // 贵州
  ["53", 3, 6], // 云南
  ["54", 2, 5], // 西藏
  ["61", 4, 4], // 陕西
  ["62", 3, 3], // 甘肃
  ["63", 3, 4], // 青海
  ["64", 4, 3], // 宁夏
  ["65", 2, 3], // 新疆
  ["71", 7, 7], // 台湾
  ["81", 6, 8], // 香港
  ["82", 5, 8], // 澳门
];

export const provinces: Tile[] = TILES.map(([code, column, row]) => ({
  code,
  title: provinceNames[code] ?? { zh: code, en: code },
  column,
  row,
}));

/** 0 for nothing, then four steps: equal shares of the largest, so that one glance compares. */
export function shade(count: number, most: number): number {
  return count === 0 ? 0 : Math.min(4, Math.ceil((count / most) * 4));
}
