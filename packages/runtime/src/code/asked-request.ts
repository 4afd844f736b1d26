import { Buffer } from "node:buffer";
import type { Json, JsonObject } from "@mortise/contract";
import { refusal } from "./host-refusal.ts";

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const KEYS: ReadonlySet<string> = new Set([
  "method",
  "path",
  "url",
  "query",
  "headers",
  "body",
  "idempotencyKey",
  "accept",
  "as",
]);
const READINGS = ["json", "text", "base64"] as const;
const MAX_URL = 8_192;
const MAX_HEADERS = 50;
const MAX_KEY = 255;
/** Headers that belong to the connection or to the host: who is asking, and how the message is framed (RFC 9110 §7, §11). */
const HOSTS_OWN =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-length|content-encoding|accept-encoding|cookie2?|authorization|www-authenticate|forwarded|via|x-forwarded-.*|x-real-ip|proxy-.*|sec-.*|traceparent|tracestate|baggage|x-http-method.*|x-method-override|x-original-url|x-rewrite-url)$/;

/** A request as code asks for it, its parts checked one by one; where it may go is not looked at here. */
export interface AskedRequest {
  readonly method: string;
  /** Address of a declared host without its origin, or a whole one. */
  readonly target: { readonly path: string } | { readonly url: string };
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Buffer | undefined;
  readonly key: string | undefined;
  readonly accept: readonly number[];
  readonly as: (typeof READINGS)[number] | undefined;
}

/** Reads what code asked for. Throws a refusal that names the part. */
export function askedRequest(asked: Json | undefined): AskedRequest {
  const request = record(asked, "The request");
  const unknown = Object.keys(request).find((key) => !KEYS.has(key));
  if (unknown !== undefined)
    throw refusal("INVALID_INPUT", `There is no part ${JSON.stringify(unknown.slice(0, 50))} of a request.`);
  const { method = "GET", query, as, accept } = request;
  if (typeof method !== "string" || !METHODS.has(method))
    throw refusal("INVALID_INPUT", `The method is ${shown(method)}, expected one of ${[...METHODS].join(", ")}.`);
  const headers = headersOf(request.headers);
  const written = bodyOf(own(request, "body"), headers["content-type"]);
  if (written !== undefined && (method === "GET" || method === "HEAD"))
    throw refusal("INVALID_INPUT", `A ${method} request has no body (RFC 9110 §9.3).`);
  return {
    method,
    target: targetOf(request),
    query: queryOf(query),
    headers: written === undefined ? headers : { ...headers, "content-type": written.type },
    body: written?.bytes,
    key: keyOf(request.idempotencyKey),
    accept: statusesOf(accept),
    as: READINGS.find((one) => one === as) ?? none(as, "as", "json, text or base64"),
  };
}

function targetOf({ path, url }: JsonObject): AskedRequest["target"] {
  if ((path === undefined) === (url === undefined)) throw refusal("INVALID_INPUT", "A request has either a path or a url.");
  const text = path ?? url;
  if (typeof text !== "string" || text.length > MAX_URL)
    throw refusal("INVALID_INPUT", `The address of a request is a text of at most ${MAX_URL} characters.`);
  // What the URL parser drops or turns around, so that what is checked would not be what was written (WHATWG URL §4.4).
  if (/[\s\\]|\p{Cc}/u.test(text))
    throw refusal("INVALID_INPUT", "The address has a space, a backslash or a control character in it.");
  if (path === undefined) return { url: text };
  if (!text.startsWith("/")) throw refusal("INVALID_INPUT", "A path begins with /.");
  return { path: text };
}

function queryOf(query: Json | undefined): AskedRequest["query"] {
  if (query === undefined) return [];
  return Object.entries(record(query, "The query")).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly Json[]) : [value])
      .filter((item) => item !== null)
      .map((item) => {
        if (typeof item === "object") throw refusal("INVALID_INPUT", `The query's ${shown(name)} is neither text nor number.`);
        return [name, String(item)] as const;
      }),
  );
}

function headersOf(headers: Json | undefined): { readonly [name: string]: string } {
  if (headers === undefined) return {};
  const entries = Object.entries(record(headers, "The headers"));
  if (entries.length > MAX_HEADERS) throw refusal("LIMIT_EXCEEDED", `A request has at most ${MAX_HEADERS} headers.`);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const lower = name.toLowerCase();
      if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower) || HOSTS_OWN.test(lower))
        throw refusal("INVALID_INPUT", `The header ${shown(name)} cannot be set by code.`);
      if (typeof value !== "string" || /[^\t\x20-\x7e\x80-\xff]/.test(value))
        throw refusal("INVALID_INPUT", `The header ${shown(name)} is no text that a header can carry (RFC 9110 §5.5).`);
      return [lower, value] as const;
    }),
  );
}

function bodyOf(
  body: Json | undefined,
  type: string | undefined,
): { readonly bytes: string | Buffer; readonly type: string } | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === "string") return { bytes: body, type: type ?? "text/plain;charset=utf-8" };
  if (isRecord(body) && Object.keys(body).length === 1 && typeof body.base64 === "string")
    return { bytes: Buffer.from(body.base64, "base64"), type: type ?? "application/octet-stream" };
  if (type?.startsWith("application/x-www-form-urlencoded") && isRecord(body))
    return { bytes: new URLSearchParams(queryOf(body).map(([name, value]) => [name, value])).toString(), type };
  return { bytes: JSON.stringify(body), type: type ?? "application/json" };
}

function keyOf(key: Json | undefined): string | undefined {
  if (key === undefined || key === null) return undefined;
  if (typeof key === "string" && key !== "" && key.length <= MAX_KEY) return key;
  throw refusal("INVALID_INPUT", `An idempotencyKey is a text of at most ${MAX_KEY} characters.`);
}

function statusesOf(accept: Json | undefined): readonly number[] {
  if (accept === undefined) return [];
  const isStatus = (status: Json): status is number =>
    typeof status === "number" && Number.isInteger(status) && status >= 300 && status < 600;
  if (Array.isArray(accept) && accept.length <= 20 && accept.every(isStatus)) return accept as readonly number[];
  throw refusal("INVALID_INPUT", "accept is a list of statuses from 300 to 599.");
}

function record(value: Json | undefined, what: string): JsonObject {
  if (isRecord(value)) return value;
  throw refusal("INVALID_INPUT", `${what} is no object.`);
}

function none(value: Json | undefined, name: string, expected: string): undefined {
  if (value !== undefined) throw refusal("INVALID_INPUT", `${name} is ${shown(value)}, expected ${expected}.`);
  return undefined;
}

const own = (value: JsonObject, key: string): Json | undefined => (Object.hasOwn(value, key) ? value[key] : undefined);
const shown = (value: Json): string => JSON.stringify(value).slice(0, 100);
const isRecord = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
