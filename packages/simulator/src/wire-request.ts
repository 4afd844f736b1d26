import type { IncomingMessage } from "node:http";
import type { Json } from "@mortise/contract";
import { setAt } from "./assign.ts";

/** A request as it came over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Host name it was called by, with its port where it has one. */
  readonly host: string;
  /** Path as sent, still encoded. */
  readonly path: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly query: URLSearchParams;
  /** Names in lower case; repeated ones joined by `, `. */
  readonly headers: { readonly [name: string]: string };
  readonly cookies: { readonly [name: string]: string };
  readonly body: Buffer;
}

const MAX_BODY_BYTES = 20 * 1024 * 1024;
const MAX_FORGOTTEN_BYTES = 200 * 1024 * 1024;

/** Reads a request whole. Undefined above 20 MB; what is over is read and forgotten, so that an answer can be heard. */
export async function readWireRequest(message: IncomingMessage): Promise<WireRequest | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk as Buffer);
    else chunks.length = 0;
    if (size > MAX_FORGOTTEN_BYTES) return undefined;
  }
  if (size > MAX_BODY_BYTES) return undefined;
  const target = message.url ?? "/";
  const cut = target.indexOf("?");
  const headers = ownOnly(
    Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
  return {
    method: message.method ?? "GET",
    host: (headers.host ?? "").toLowerCase(),
    path: cut < 0 ? target : target.slice(0, cut),
    target,
    query: new URLSearchParams(cut < 0 ? "" : target.slice(cut + 1)),
    headers,
    cookies: cookiesOf(headers.cookie ?? ""),
    body: Buffer.concat(chunks),
  };
}

/** An object that has nothing but its own: `constructor` is a name that a header may have. */
function ownOnly(entries: readonly (readonly [string, string])[]): { readonly [name: string]: string } {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function cookiesOf(header: string): { readonly [name: string]: string } {
  const pairs = header.split(/;\s*/).flatMap((pair) => {
    const cut = pair.indexOf("=");
    return cut < 1 ? [] : [[pair.slice(0, cut), decoded(pair.slice(cut + 1))] as const];
  });
  return ownOnly(pairs);
}

/** Percent-decoded text; as it is where that fails. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A body as data: undefined where it is absent or of a type that is not read here; `problem` where it does not hold what it says. */
export function wireBody({ body, headers }: WireRequest): {
  readonly data?: Json;
  readonly texts?: boolean;
  readonly problem?: string;
} {
  if (body.length === 0) return {};
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json" || type.endsWith("+json")) {
    try {
      return { data: JSON.parse(body.toString("utf8")) as Json };
    } catch (error) {
      return { problem: `The body is no JSON: ${error instanceof Error ? error.message : ""}` };
    }
  }
  if (type === "application/x-www-form-urlencoded")
    return { data: fieldsOf(new URLSearchParams(body.toString("utf8"))), texts: true };
  if (type.startsWith("text/plain")) return { data: body.toString("utf8"), texts: true };
  return {};
}

/** Fields by name: repeated ones as a list, `a[b]` as a member. */
export function fieldsOf(params: URLSearchParams): Json {
  let fields: Json = {};
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    const path = [name.replace(/\[.*$/, ""), ...[...name.matchAll(/\[([^\]]*)\]/g)].map(([, key]) => key ?? "")];
    const [only, ...others] = values;
    fields = setAt(fields, path[1] === "" ? [path[0] ?? ""] : path, others.length === 0 ? (only ?? "") : values);
  }
  return fields;
}
