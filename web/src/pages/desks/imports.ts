// Files on their way to the hub. An import belongs to the program, not to the page: it goes on when
// the page is left and is found again.
import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { sendFile } from "../../api/client";
import type { Text } from "../../api/shapes";
import type { ImportRecord } from "./documents";

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

const IMPORT = ["import"];

export function useImport() {
  const client = useQueryClient();
  return useMutation({
    onSuccess: () => client.invalidateQueries({ predicate: (q) => q.meta?.live !== undefined }),
    mutationKey: IMPORT,
    mutationFn: (terms: Terms) =>
      sendFile(`/api/v1/imports?${query(terms)}`, terms.file) as Promise<ImportRecord>,
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

/** Imports that this window has begun and that have not succeeded. */
export function useUnderWay(): { id: number; file: string; error: Error | null }[] {
  return useMutationState({
    filters: { mutationKey: IMPORT, predicate: (m) => m.state.status !== "success" },
    select: (m) => ({
      id: m.mutationId,
      file: (m.state.variables as Terms | undefined)?.file.name ?? "",
      error: m.state.error,
    }),
  });
}
