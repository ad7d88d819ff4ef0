// The hub's API, typed by its own OpenAPI document. Session by HttpOnly cookie: no script ever
// holds a credential. A request that changes something carries the header that forms of other
// sites cannot send.
import createClient from "openapi-fetch";
import { offline, Problem } from "./problem";
import type { paths } from "./schema";

const changing = { "X-Tocsin-Request": "1" };

/** The organisation for which this window acts. Another window may have switched the session. */
let side = "";
export function shownSide(code: string): void {
  side = code;
}

async function reach(request: Request): Promise<Response> {
  const own = new URL(request.url).pathname.startsWith("/api/v1/session");
  if (side && request.method !== "GET" && !own) request.headers.set("X-Tocsin-Organization", side);
  try {
    return await fetch(request);
  } catch (thrown) {
    // The page went on before the answer came: nothing is wrong with the hub.
    if (request.signal.aborted) throw thrown;
    throw offline();
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const body = await response.json().catch(() => ({}));
  return new Problem(response.status, body);
}

export const api = createClient<paths>({ baseUrl: "", fetch: reach, headers: changing });
api.use({
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
});

/** The data of an answer; what is not a success was thrown as a Problem. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data: body } = await answer;
  return body as T;
}

/**
 * A step on a document, by a path that is only known at run time. Sent again under the same key it
 * is done once.
 */
export async function act(path: string, body: unknown, key: string): Promise<unknown> {
  const response = await reach(
    new Request(path, {
      method: "POST",
      headers: { ...changing, "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify(body),
    }),
  );
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? undefined : response.json();
}

/** What long requests tell of themselves, and how they are broken off. */
interface Carried {
  signal: AbortSignal;
  /** How much was sent, 0 to 1; undefined: all, and the hub still works on it. */
  at: (share: number | undefined) => void;
}

/** By XMLHttpRequest, because fetch() does not say how much of a body was sent. */
function upload(path: string, file: Blob, carried?: Carried): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    for (const [name, value] of Object.entries(changing)) request.setRequestHeader(name, value);
    if (side) request.setRequestHeader("X-Tocsin-Organization", side);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.onload = () =>
      resolve(new Response(request.response || null, { status: request.status }));
    request.onerror = () => reject(offline());
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    if (carried) {
      const { signal, at } = carried;
      request.upload.onprogress = (e) => at(e.loaded < e.total ? e.loaded / e.total : undefined);
      signal.addEventListener("abort", () => request.abort());
    }
    request.send(file);
  });
}

/** A file as the body of a request. */
export async function sendFile(path: string, file: Blob, carried?: Carried): Promise<unknown> {
  const response = await upload(path, file, carried);
  if (!response.ok) throw await problemOf(response);
  return response.json();
}

/** A file of the hub, however long; `got` sees its pieces. */
export async function getFile(
  path: string,
  signal: AbortSignal,
  got: (piece: Uint8Array<ArrayBuffer>) => void,
): Promise<Blob> {
  const response = await reach(new Request(path, { signal }));
  if (!response.ok) throw await problemOf(response);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  try {
    for (let one = await reader?.read(); one && !one.done; one = await reader?.read()) {
      pieces.push(one.value);
      got(one.value);
    }
  } catch (thrown) {
    throw signal.aborted ? thrown : offline();
  }
  return new Blob(pieces, { type: response.headers.get("Content-Type") ?? "" });
}

/** The bytes behind a path, for files that are kept and not shown. */
export async function getBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await reach(new Request(path));
  if (!response.ok) throw await problemOf(response);
  return new Uint8Array(await response.arrayBuffer());
}
