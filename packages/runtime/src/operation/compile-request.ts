import { type AuthorizedDraft, applyAuth } from "@mortise/auth";
import { compileValue, type Scope } from "@mortise/builders";
import { type HttpRequest, type IdempotencyKey, type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { OpenConnection } from "../connection/open-connection.ts";
import { compileUrl } from "./compile-url.ts";
import { fillHost } from "./granted-hosts.ts";
import { setField } from "./set-field.ts";

/** A request with everything in it, the credential included. */
export interface ReadyRequest extends AuthorizedDraft {
  readonly body?: string;
}

/** What differs between the pages of one list. */
export interface PageParts {
  readonly query?: JsonObject;
  readonly headers?: JsonObject;
  /** Values of `{name}` holes of the URL. */
  readonly path?: JsonObject;
  /** Fields of the body; a name that starts with `/` is a JSON pointer into it. */
  readonly body?: JsonObject;
  /** Replaces the URL altogether (a `next` link). */
  readonly url?: string;
}

/** The idempotency key and where it travels; absent where the vendor knows none. */
export interface KeyParts {
  readonly spec: IdempotencyKey;
  readonly name: string;
  readonly key: string;
}

/** Builds requests of one operation. */
export type RequestBuilder = (
  scope: Scope,
  connection: OpenConnection,
  parts: { readonly page?: PageParts; readonly key?: KeyParts },
) => ReadyRequest;

/** Compiles a declarative request once: URL, query, headers, body; then idempotency key and credential. */
export function compileRequest(request: HttpRequest, hosts: readonly string[]): RequestBuilder {
  const urlOf = compileUrl(request.url, hosts[0]);
  const query = request.query === undefined ? undefined : compileValue(request.query);
  const headers = request.headers === undefined ? undefined : compileValue(request.headers);
  const body = request.body === undefined ? undefined : compileValue(request.body);
  const bodyTypeOf = compileBodyType(request.bodyType);

  return (scope, connection, { page, key }) => {
    const own = urlOf(scope, (template) => fillHost(template, connection.settings));
    const url = page?.url === undefined ? own : sameOrigin(page.url, own);
    const params = page?.url === undefined ? { ...record(query?.evaluate(scope), "query"), ...page?.query } : {};
    if (key?.spec.key === "query") params[key.name] = key.key;
    addParams(url.searchParams, params);

    const sent: { [name: string]: string } = { accept: "application/json, */*;q=0.5" };
    for (const [name, value] of Object.entries({ ...record(headers?.evaluate(scope), "headers"), ...page?.headers })) {
      if (value !== null) sent[allowedHeader(name)] = headerText(name, value);
    }
    if (key?.spec.key === "header") sent[allowedHeader(key.name)] = headerText(key.name, key.key);

    const extra = { ...page?.body, ...(key?.spec.key === "body" ? { [key.name]: key.key } : {}) };
    const content = merge(body?.evaluate(scope) ?? null, extra);
    const bodyType = bodyTypeOf(scope);
    const text = content === null ? undefined : encode(content, bodyType);
    if (text !== undefined) sent["content-type"] ??= CONTENT_TYPES[bodyType];

    const draft = applyAuth(connection.scheme, connection.credential, { method: request.method, url, headers: sent });
    return text === undefined ? draft : { ...draft, body: text };
  };
}

const CONTENT_TYPES = Object.freeze({
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  text: "text/plain; charset=utf-8",
});

type BodyType = keyof typeof CONTENT_TYPES;

function compileBodyType(given: HttpRequest["bodyType"]): (scope: Scope) => BodyType {
  if (given === undefined || typeof given === "string") return () => given ?? "json";
  const compiled = compileValue({ ...given });
  return (scope) => {
    const found = compiled.evaluate(scope) ?? "json";
    if (typeof found === "string" && Object.hasOwn(CONTENT_TYPES, found)) return found as BodyType;
    throw new MortiseError("INVALID_INPUT", `The body's type came to ${JSON.stringify(found)}; expected json, form or text.`);
  };
}

function addParams(target: URLSearchParams, params: JsonObject): void {
  for (const [name, value] of Object.entries(params)) {
    if (value === null) continue;
    target.delete(name);
    for (const item of isList(value) ? value : [value]) target.append(name, textOf(item));
  }
}

/** The address of a next page. It carries the credential, so the answer cannot send it to another origin. */
function sameOrigin(next: string, own: URL): URL {
  const url = URL.parse(next, own);
  if (url !== null && url.origin === own.origin) return url;
  throw new MortiseError(
    "EGRESS_DENIED",
    `The next page is said to be on another origin (${url?.origin ?? "not a URL"}) than ${own.origin}.`,
  );
}

function encode(content: Json, bodyType: BodyType): string {
  if (bodyType === "json") return JSON.stringify(content);
  if (bodyType === "text") return textOf(content);
  const form = new URLSearchParams();
  addParams(form, record(content, "body"));
  return form.toString();
}

function merge(content: Json, extra: JsonObject): Json {
  if (Object.keys(extra).length === 0) return content;
  return Object.entries(extra).reduce<Json>((body, [name, value]) => setField(body, name, value), record(content, "body"));
}

function record(value: Json | undefined, what: string): { [key: string]: Json } {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !isList(value)) return { ...value };
  throw new MortiseError(
    "INVALID_INPUT",
    `The request's ${what} came to ${isList(value) ? "a list" : typeof value}; an object is needed.`,
  );
}

/** Headers that belong to the connection, not to the request; setting them would let a request claim to be another (RFC 9110 §7). */
const RESERVED = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "keep-alive",
  "expect",
]);

function allowedHeader(name: string): string {
  const lower = name.toLowerCase();
  if (RESERVED.has(lower) || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower)) {
    throw new MortiseError("INVALID_INPUT", `The header ${JSON.stringify(name)} cannot be set by a request.`);
  }
  return lower;
}

/** A field value (RFC 9110 §5.5). */
function headerText(name: string, value: Json): string {
  const text = isList(value) ? value.map(textOf).join(", ") : textOf(value);
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) {
    throw new MortiseError("INVALID_INPUT", `The header ${name} has a line break or a character that headers cannot carry.`, {
      remedy: "Use characters of Latin-1, or percent-encode the value as the other system expects it.",
    });
  }
  return text;
}

const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
