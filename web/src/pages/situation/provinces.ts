// The 34 provincial-level regions of GB/T 2260 and where each stands in the grid of tiles. A grid
// draws no border, so it is no map (decision 0017).
import type { Text } from "../../api/shapes";

export interface Tile {
  code: string;
  title: Text;
  column: number;
  row: number;
}

const TILES: [string, string, string, number, number][] = [
  ["11", "北京", "Beijing", 6, 2],
  ["12", "天津", "Tianjin", 7, 3],
  ["13", "河北", "Hebei", 6, 3],
  ["14", "山西", "Shanxi", 5, 3],
  ["15", "内蒙古", "Inner Mongolia", 5, 2],
  ["21", "辽宁", "Liaoning", 8, 3],
  ["22", "吉林", "Jilin", 8, 2],
  ["23", "黑龙江", "Heilongjiang", 8, 1],
  ["31", "上海", "Shanghai", 8, 5],
  ["32", "江苏", "Jiangsu", 7, 5],
  ["33", "浙江", "Zhejiang", 7, 6],
  ["34", "安徽", "Anhui", 6, 5],
  ["35", "福建", "Fujian", 6, 7],
  ["36", "江西", "Jiangxi", 6, 6],
  ["37", "山东", "Shandong", 6, 4],
  ["41", "河南", "Henan", 5, 4],
  ["42", "湖北", "Hubei", 5, 5],
  ["43", "湖南", "Hunan", 5, 6],
  ["44", "广东", "Guangdong", 5, 7],
  ["45", "广西", "Guangxi", 4, 7],
  ["46", "海南", "Hainan", 4, 8],
  ["50", "重庆", "Chongqing", 4, 5],
  ["51", "四川", "Sichuan", 3, 5],
  ["52", "贵州", "Guizhou", 4, 6],
  ["53", "云南", "Yunnan", 3, 6],
  ["54", "西藏", "Tibet", 2, 5],
  ["61", "陕西", "Shaanxi", 4, 4],
  ["62", "甘肃", "Gansu", 3, 3],
  ["63", "青海", "Qinghai", 3, 4],
  ["64", "宁夏", "Ningxia", 4, 3],
  ["65", "新疆", "Xinjiang", 2, 3],
  ["71", "台湾", "Taiwan", 7, 7],
  ["81", "香港", "Hong Kong", 6, 8],
  ["82", "澳门", "Macao", 5, 8],
];

export const provinces: Tile[] = TILES.map(([code, zh, en, column, row]) => ({
  code,
  title: { zh, en },
  column,
  row,
}));

/** 0 for nothing, then four steps: equal shares of the largest, so that one glance compares. */
export function shade(count: number, most: number): number {
  return count === 0 ? 0 : Math.min(4, Math.ceil((count / most) * 4));
}
