// Files on their way to the hub. An import goes on when the page is left and is found again.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { sendFile } from "../../api/client";
import type { Text } from "../../api/shapes";
import { carry } from "../../base/work";
import { both } from "../../texts/use";
import type { ImportRecord } from "./documents";
import { deskTexts } from "./texts";

export interface Terms {
  file: File;
  source: string;
  kind: string;
  label: string;
  confidence: string;
}

export interface Preview {
  format: string;
  lines: number;
  items_total: number;
  refused_total: number;
  items: {
    line: number;
    kind: string;
    value: string;
    original: string;
    actionable: boolean;
    notes: Text;
  }[];
  refusals: { line: number; original: string; code: string; reason: Text }[];
  warnings: Text[];
}

/** More than this the hub does not read for a preview: the first lines show what the rest is like. */
const PREVIEW_BYTES = 4 << 20;

function query(terms: Terms): string {
  const { file, ...rest } = terms;
  const said = Object.entries({ ...rest, file: file.name }).filter(([, value]) => value);
  return new URLSearchParams(said).toString();
}

export const INTAKE = "/desks/intake";

/** Sent in one go: the hub reads while the bytes come. */
function bring(terms: Terms): Promise<ImportRecord> {
  const { name } = terms.file;
  const title = both(deskTexts, (t) => t.running(name));
  return carry({ title, place: INTAKE, stops: true }, async (hold) => {
    const sent = sendFile(`/api/v1/imports?${query(terms)}`, terms.file, hold);
    const record = (await sent) as ImportRecord;
    const { imported = 0, merged = 0, refused = 0 } = record;
    hold.at(
      1,
      both(deskTexts, (t, n) => t.broughtIn(n(imported), n(merged), n(refused))),
    );
    return record;
  });
}

export function useImport() {
  const client = useQueryClient();
  return useMutation({
    onSuccess: () => client.invalidateQueries({ predicate: (q) => q.meta?.live !== undefined }),
    mutationFn: bring,
  });
}

export function usePreview() {
  return useMutation({
    mutationFn: (terms: Terms) => {
      const packed = /\.(gz|zst)$/i.test(terms.file.name);
      const part = packed ? terms.file : terms.file.slice(0, PREVIEW_BYTES);
      return sendFile(`/api/v1/imports/preview?${query(terms)}`, part) as Promise<Preview>;
    },
  });
}
