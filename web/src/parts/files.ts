// Files as pieces of evidence: any bytes, in base 64.

/** What one request may carry with room for the rest of the form. */
export const MOST_FILE = 4 * 1024 * 1024;
const PIECE = 0x8000;

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += PIECE) {
    text += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  }
  return btoa(text);
}

/** How many bytes a text in base 64 stands for. */
export function sizeOf(encoded: string): number {
  const padding = encoded.endsWith("==") ? 2 : encoded.endsWith("=") ? 1 : 0;
  return (encoded.length / 4) * 3 - padding;
}

export async function evidenceOf(file: File) {
  return {
    title: file.name,
    media_type: file.type || "application/octet-stream",
    content: base64(new Uint8Array(await file.arrayBuffer())),
    binary: true,
  };
}
