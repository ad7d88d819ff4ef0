// Answers of the graph routes.
import type { Text } from "../../api/shapes";
import { shown } from "../../base/defang";

export interface Node {
  node: string;
  kind: string;
  value: string;
  hop: number;
  degree: number;
  crowd: boolean;
  blocked?: boolean;
  cases?: { number: string; state: string }[];
}
export interface Edge {
  kind: string;
  label: Text;
  from: string;
  to: string;
  computed: boolean;
  sources?: { source: string; last_seen: string }[];
}
export interface Cut {
  node: string;
  text: Text;
}
export interface Party {
  node: string;
  kind: string;
  value: string;
  roles: string[];
  beneficiary: boolean;
  hop: number;
}
export interface Found {
  nodes: Node[];
  edges: Edge[];
  cuts: Cut[];
  items?: Party[];
  found?: boolean;
}

/** `domain:evil[.]example` as people read it. */
export function safe(key: string): string {
  const colon = key.indexOf(":");
  return shown(key.slice(0, colon), key.slice(colon + 1));
}
