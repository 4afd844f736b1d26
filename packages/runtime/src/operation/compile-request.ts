import type { AuthorizedDraft } from "@mortise/auth";
import { compileValue, type Scope } from "@mortise/builders";
import {
  type HttpRequest,
  type IdempotencyKey,
  type Json,
  type JsonObject,
  MortiseError,
  type PageParamPlace,
} from "@mortise/contract";
import type { OpenConnection } from "../connection/open-connection.ts";
import type { UploadDraft } from "../uploads/upload-draft.ts";
import { compileBody } from "./bodies/compile-body.ts";
import { compileUrl } from "./compile-url.ts";
import { fillHost } from "./granted-hosts.ts";
import { cookieHeader } from "./parameters/cookie-header.ts";
import { headerName, headerText, headerValue } from "./parameters/header-parameter.ts";
import { isList, isObject } from "./parameters/parameter-value.ts";
import { queryWriter, withQuery } from "./parameters/query-writer.ts";
import { setField } from "./set-field.ts";

/** A request with everything in it, the credential included. */
export interface ReadyRequest extends AuthorizedDraft {
  readonly body?: string | Buffer | UploadDraft;
  /** What people see of the body, the credential's own fields included. Absent: there is none. */
  readonly showBody?: () => Json;
  /** False: a redirect is the answer. Absent: true. */
  readonly followRedirects?: boolean;
}

/** What differs between the pages of one list: parameters by place, or the whole URL. */
export type PageParts = { readonly [place in PageParamPlace]?: JsonObject } & {
  /** Replaces the URL altogether (a `next` link). */
  readonly url?: string;
};

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
  parts: { readonly page?: PageParts | undefined; readonly key?: KeyParts | undefined },
) => ReadyRequest;

/** Compiles a declarative request once: URL, query, headers, cookies, body; then idempotency key and credential. */
export function compileRequest(request: HttpRequest, hosts: readonly string[]): RequestBuilder {
  const urlOf = compileUrl(request, hosts[0]);
  const query = compilePart(request.query, "query");
  const writeQuery = queryWriter(request.styles?.query);
  const headersOf = compileHeaders(request);
  const body = request.body === undefined ? undefined : compileValue(request.body);
  const writeBody = compileBody(request);

  return (scope, connection, { page, key }) => {
    const own = urlOf(scope, (template) => hostOf(template, connection), page?.path);
    const address = page?.url === undefined ? own : sameOrigin(page.url, own);
    const params = page?.url === undefined ? joined(query(scope), page?.query) : NOTHING;
    const asked = joined(params, keyFields("query", key));
    const url = isEmpty(asked) ? address : withQuery(address, writeQuery(asked));
    const draft = connection.authorize({ method: request.method, url, headers: headersOf(scope, page?.headers, key) });

    const extra = joined(joined(page?.body ?? NOTHING, keyFields("body", key)), draft.secretFields);
    const content = merge(body?.evaluate(scope) ?? null, extra);
    if (content === null) return draft;
    const { bytes, type, show } = writeBody(scope, content, draft.headers["content-type"]);
    return {
      method: draft.method,
      url: draft.url,
      headers: { ...draft.headers, "content-type": type },
      secretHeaders: draft.secretHeaders,
      secretParams: draft.secretParams,
      secretFields: draft.secretFields,
      body: bytes,
      showBody: show,
    };
  };
}

/** The host that a path is joined to. Throws `MISCONFIGURED` where the settings do not say it. */
function hostOf(template: string, { settings }: OpenConnection): string {
  const host = fillHost(template, settings);
  if (host !== "") return host;
  throw new MortiseError("MISCONFIGURED", `The settings do not say which host is called (${template}).`, { path: "/settings" });
}

/** Compiles headers and cookies; `page` and `key` are added to each request. */
function compileHeaders({ headers, cookies, styles, decode }: HttpRequest) {
  const headersOf = compilePart(headers, "headers");
  const cookiesOf = compilePart(cookies, "cookies");
  const styleOf = (name: string) =>
    styles?.headers !== undefined && Object.hasOwn(styles.headers, name) ? styles.headers[name] : undefined;
  const accept = acceptOf(decode);
  return (scope: Scope, page: JsonObject | undefined, key: KeyParts | undefined): { readonly [name: string]: string } => {
    const sent: { [name: string]: string } = { accept };
    const own = joined(headersOf(scope), page);
    for (const name in own) {
      const value = own[name];
      if (value !== undefined && value !== null) sent[headerName(name)] = headerValue(name, value, styleOf(name));
    }
    if (key?.spec.key === "header") sent[headerName(key.name)] = headerText(key.name, key.key);
    const cookie = cookies === undefined ? undefined : cookieHeader(cookiesOf(scope), styles?.cookies);
    if (cookie !== undefined) sent.cookie = sent.cookie === undefined ? cookie : `${sent.cookie}; ${cookie}`;
    return sent;
  };
}

/** What a request asks for (RFC 9110 §12.5.1), where its headers do not say. */
function acceptOf(decode: HttpRequest["decode"]): string {
  const [first] = isDecoders(decode) ? decode : [decode];
  const name = typeof first === "object" ? Object.keys(first)[0] : first;
  const wanted = ACCEPTED[name ?? "auto"];
  return wanted === undefined ? "*/*" : `${wanted}, */*;q=0.5`;
}

const ACCEPTED: { readonly [decoder: string]: string } = {
  auto: "application/json",
  json: "application/json",
  jsonl: "application/x-ndjson, application/jsonl",
  csv: "text/csv",
  xml: "application/xml, text/xml",
  text: "text/plain",
  sse: "text/event-stream",
  none: "application/json",
};

function compilePart(part: HttpRequest["query"], what: string): (scope: Scope) => JsonObject {
  if (part === undefined) return () => NOTHING;
  const compiled = compileValue(part);
  return (scope) => record(compiled.evaluate(scope), what);
}

const NOTHING: JsonObject = Object.freeze({});

/** The fields of both, of which the later ones count; one of them itself where the other is empty. */
function joined(first: JsonObject, second: JsonObject | undefined): JsonObject {
  if (second === undefined || isEmpty(second)) return first;
  return isEmpty(first) ? second : { ...first, ...second };
}

function isEmpty(fields: JsonObject): boolean {
  for (const _ in fields) return false;
  return true;
}

function keyFields(place: "query" | "body", key: KeyParts | undefined): JsonObject {
  return key?.spec.key === place ? { [key.name]: key.key } : NOTHING;
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

function merge(content: Json, extra: JsonObject): Json {
  if (isEmpty(extra)) return content;
  return Object.entries(extra).reduce<Json>((body, [name, value]) => setField(body, name, value), record(content, "body"));
}

function record(value: Json, what: string): JsonObject {
  if (value === null) return NOTHING;
  if (isObject(value)) return value;
  throw new MortiseError(
    "INVALID_INPUT",
    `The request's ${what} came to ${isList(value) ? "a list" : typeof value}; an object is needed.`,
  );
}

const isDecoders = (decode: HttpRequest["decode"]): decode is Extract<HttpRequest["decode"], readonly unknown[]> =>
  Array.isArray(decode);
