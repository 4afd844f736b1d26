import type { CodeMethod, Json, JsonObject } from "@mortise/contract";

/** An operation in code. Runs in the sandbox: ES2023, no modules at run time, no timers, a clock that stands still. */
export type CodeFunction<In = Json, Out = Json, Settings = JsonObject> = (
  input: In,
  ctx: CodeContext<Settings>,
) => Out | Promise<Out>;

/** An operation in code that reads in pages: called once a page, with the cursor that the page before returned. */
export type CodePageFunction<In = Json, Item = Json, Settings = JsonObject> = (
  input: In,
  ctx: CodeContext<Settings> & { readonly page: CodePage },
) => CodePageResult<Item> | Promise<CodePageResult<Item>>;

/** The page that is asked for. */
export interface CodePage {
  /** null: the first. */
  readonly cursor: Json;
  /** Items wanted. */
  readonly size: number;
}

export interface CodePageResult<Item = Json> {
  readonly items: readonly Item[];
  /** Cursor after this page; null: nothing follows. */
  readonly next: Json;
}

/** What an operation in code may use. Functions of a capability that the contract does not declare throw and say what to add. */
export interface CodeContext<Settings = JsonObject> {
  readonly settings: Settings;
  /** Same for all attempts and replays of this call. */
  readonly idempotencyKey: string;
  readonly http: CodeHttp;
  readonly state: CodeState;
  readonly hmac: CodeHmac;
  readonly log: CodeLog;
  readonly crypto: CodeCrypto;
  readonly encoding: CodeEncoding;
  readonly random: { bytes(count: number, encoding?: BytesEncoding): string };
  readonly clock: { now(): number };
  /** An error to be thrown that says what the failure is: `throw ctx.fail("notFound", "There is no such company.")`. */
  fail(as: CodeFailureClass, message: string, options?: { readonly retryAfterMs?: number }): Error;
}

/** What a failure is, as in an outcome table. */
export type CodeFailureClass =
  | "invalidInput"
  | "notFound"
  | "conflict"
  | "rejected"
  | "throttled"
  | "transient"
  | "credential"
  | "configuration";

/** Requests to declared places: with the connection's credential where the declaration says so, budgets, retries and spans. */
export interface CodeHttp {
  /**
   * Rejects where the answer is no success by the operation's outcome table, unless `accept` lists its status; the error has `code` and
   * `status`. Redirects are not followed.
   */
  request(request: CodeHttpRequest): Promise<CodeHttpResponse>;
}

export interface CodeHttpRequest {
  /** Absent: GET. */
  readonly method?: CodeMethod;
  /** Path on the first declared host, from `/` on; may have a query. */
  readonly path?: string;
  /** In place of `path`: a whole address at a declared host. */
  readonly url?: string;
  /** Added to the query; lists repeat the name, null leaves it out. */
  readonly query?: { readonly [name: string]: string | number | boolean | null | readonly (string | number | boolean)[] };
  readonly headers?: { readonly [name: string]: string };
  /** Data is sent as JSON (as a form where `content-type` says so), a text as it is, `{ base64 }` as bytes. */
  readonly body?: Json;
  /** Makes a request that changes something safe to repeat: sent as the contract's `idempotency` says, made unique for this call. */
  readonly idempotencyKey?: string;
  /** Statuses that are answers and no failures. */
  readonly accept?: readonly number[];
  /** How the body is read. Absent: by its Content-Type, JSON as data. */
  readonly as?: "json" | "text" | "base64";
}

export interface CodeHttpResponse<Body = Json> {
  readonly status: number;
  /** Names are lower case; cookies and challenges are left out. */
  readonly headers: { readonly [name: string]: string };
  /** null: there was none. */
  readonly body: Body;
}

/** Values kept from call to call for this connection. */
export interface CodeState {
  /** null: there is none. */
  get(key: string): Promise<{ readonly value: Json; readonly version: number } | null>;
  /** Keeps a value, null takes it away; returns its version. With `expectVersion` (0: none yet) it rejects with `CONFLICT` where another one is there. */
  put(key: string, value: Json, options?: { readonly expectVersion?: number }): Promise<number>;
}

export type HashName = "sha1" | "sha256" | "sha384" | "sha512";
export type BytesEncoding = "hex" | "base64" | "base64url";
/** A text stands for its UTF-8. */
export type Bytes = string | { readonly base64: string } | { readonly base64url: string } | { readonly hex: string };

/** Codes made with fields of the credential that the code itself never sees. */
export interface CodeHmac {
  sign(field: string, algorithm: HashName, data: Bytes, encoding?: BytesEncoding): Promise<string>;
  verify(field: string, algorithm: HashName, data: Bytes, code: string, encoding?: BytesEncoding): Promise<boolean>;
}

export interface CodeLog {
  info(message: string, fields?: JsonObject): void;
  warn(message: string, fields?: JsonObject): void;
}

export interface CodeCrypto {
  hash(algorithm: HashName | "md5", data: Bytes, encoding?: BytesEncoding): string;
  hmac(algorithm: HashName | "md5", key: Bytes, data: Bytes, encoding?: BytesEncoding): string;
  sign(algorithm: "RS256" | "PS256" | "ES256" | "EdDSA", pem: string, data: Bytes, encoding?: BytesEncoding): string;
}

export interface CodeEncoding {
  base64(data: Bytes): string;
  base64url(data: Bytes): string;
  hex(data: Bytes): string;
  utf8(data: Bytes): string;
}
