import { open } from "node:fs/promises";
import { MortiseError } from "@mortise/contract";
import type { EgressClient } from "../egress/egress-client.ts";

/** Where a list comes from. A `url` is fetched through the runtime's egress, so that a private address must be allowed there. */
export type ListSource<List> =
  | { readonly list: List }
  | { readonly read: (signal: AbortSignal) => List | Promise<List> }
  /** JSON, up to 1 MB. */
  | { readonly file: string }
  /** JSON, up to 1 MB; asked for with `If-None-Match` (RFC 9110 §13.1.2) where the last answer had an `ETag`. */
  | { readonly url: string; readonly headers?: { readonly [name: string]: string } };

/** Says that a list is as it was. */
export const UNCHANGED = Symbol("unchanged");

/** Reads a list once. */
export type ReadList = (signal: AbortSignal) => Promise<unknown>;

const MAX_BYTES = 1024 * 1024;

/** What reads a source. Throws `INVALID_VALUE` for a URL that is none. */
export function openSource(source: ListSource<unknown>, egress: EgressClient, limitMs: number): ReadList {
  if ("list" in source) return async () => source.list;
  if ("read" in source) return async (signal) => source.read(signal);
  if ("file" in source) return () => readJsonFile(source.file);
  return fromUrl(source, egress, limitMs);
}

async function readJsonFile(path: string): Promise<unknown> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > MAX_BYTES) throw new MortiseError("LIMIT_EXCEEDED", `${path} has ${size} bytes; a list may have ${MAX_BYTES}.`);
    return JSON.parse(await file.readFile("utf8"));
  } finally {
    await file.close();
  }
}

function fromUrl(
  { url: text, headers = {} }: Extract<ListSource<unknown>, { url: string }>,
  egress: EgressClient,
  limitMs: number,
): ReadList {
  if (!URL.canParse(text)) throw new MortiseError("INVALID_VALUE", `"${text}" is no URL.`);
  const url = new URL(text);
  let etag: string | undefined;
  return async (signal) => {
    const answer = await egress.send({
      method: "GET",
      url,
      headers: { accept: "application/json", ...headers, ...(etag === undefined ? {} : { "if-none-match": etag }) },
      secretHeaders: Object.keys(headers).map((name) => name.toLowerCase()),
      granted: (host) => host === url.hostname,
      pool: "lists of the deployment",
      limitMs,
      firstByteMs: limitMs,
      maxBytes: MAX_BYTES,
      signal,
    });
    if (answer.status === 304) return UNCHANGED;
    if (answer.status !== 200) throw new MortiseError("TARGET_SICK", `${url.host} answered with the status ${answer.status}.`);
    const found: unknown = JSON.parse(answer.body.toString("utf8"));
    etag = answer.headers.etag;
    return found;
  };
}
