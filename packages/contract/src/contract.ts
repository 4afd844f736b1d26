import type { Json, JsonObject, JsonSchemaObject } from "./json.ts";

/** The connector contract: one JSON document with a closed vocabulary (`mortise.contract/1`). */
export interface Contract {
  readonly format: "mortise.contract/1";
  /** `^[a-z][a-z0-9-]*$`, unique in a registry. */
  readonly name: string;
  /** Semantic version 2.0.0. */
  readonly version: string;
  readonly title: string;
  readonly publisher: string;
  readonly description?: string;
  readonly categories?: readonly string[];
  readonly license?: string;
  readonly homepage?: string;
  /** What a connection is configured with, next to its credential. Absent: nothing. */
  readonly settings?: JsonSchemaObject;
  /**
   * The only places its calls may go: host names with `{settings.x}` holes, or `"*"` for any host that the deployment's egress
   * policy allows. Empty: the connector makes no network call.
   */
  readonly hosts: readonly string[];
  /** Auth schemes by id. Empty: calls need no credential. A connection uses exactly one. */
  readonly auth: { readonly [id: string]: AuthScheme };
  readonly budgets: { readonly [name: string]: Budget };
  readonly operations: { readonly [name: string]: Operation };
  /** Interfaces it implements, e.g. `messaging@1`. */
  readonly interfaces?: readonly string[];
}

/** What an operation does to the other system. */
export type Effect = "read" | "create" | "update" | "delete" | "send" | "execute";

/**
 * How a repeat of the operation is safe.
 * - `"natural"`: repeating leaves the same state (RFC 9110 §9.2.2).
 * - `"none"`: a repeat may double the effect; it is never repeated after its commit point.
 * - a key: the vendor drops repeats that carry the same key, for `windowMs`.
 */
export type Idempotency = "natural" | "none" | IdempotencyKey;

export interface IdempotencyKey {
  /** Where the key travels; `native` hands it to the operation's own code. */
  readonly key: "header" | "query" | "body" | "native";
  /** Header, query or body field name, as a value of the call: a literal, `{"$cel": …}` or `{"$text": …}`. Empty at run time: no key, so `"none"`. */
  readonly name?: Value;
  /** How long the vendor remembers a key, ms. Absent: 86,400,000 (24 h). */
  readonly windowMs?: number;
}

/** A literal, or `{"$cel": "…"}`, or `{"$text": "…${…}…"}`, or `{"$map": [...]}`; nested in objects and arrays. */
export type Value = Json;

export interface Operation {
  readonly title: string;
  readonly description?: string;
  readonly effect: Effect;
  readonly idempotency: Idempotency;
  /** Scopes that the credential must hold. Empty: none. */
  readonly scopes: readonly string[];
  /** Name of the budget every attempt takes a permit from. Absent: unlimited. */
  readonly budget?: string;
  readonly input: JsonSchemaObject;
  readonly output: JsonSchemaObject;
  /** JSON pointers into one output item whose values identify it (dedupe). Empty: none known. */
  readonly identity: readonly string[];
  /** Exactly one of `request`, `code`, `native`. */
  readonly request?: HttpRequest;
  readonly code?: CodeBody;
  readonly native?: NativeBody;
  /** Rules tried in order before the defaults of the runtime (status classes of RFC 9110). */
  readonly outcomes: readonly OutcomeRule[];
  readonly pagination?: Pagination;
  /** The output holds a list that can be streamed in pages. */
  readonly stream?: StreamSpec;
  readonly cache?: CacheSpec;
  /** Limit of one attempt, ms. Absent: 30,000. */
  readonly attemptTimeoutMs?: number;
  /** Limit of the whole call, ms. Absent: 120,000. */
  readonly operationTimeoutMs?: number;
  /** Attempts in one call, the first included, 1 to 3. Absent: 3 where repeating is safe. */
  readonly maxAttempts?: number;
  /** Operation that undoes this one. `with` sees `input` and `output`. */
  readonly compensate?: { readonly operation: string; readonly with: Value };
  /** Read operation that tells whether an unknown outcome took effect. */
  readonly probe?: { readonly operation: string; readonly with: Value };
  readonly deprecated?: string;
  readonly examples: readonly Example[];
}

/** A declarative HTTP request (RFC 9110). Values see `input` and `settings`. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /**
   * Absolute URL, or a path below `https://` + the first of `hosts`. In a `{"$text"}` every hole is percent-encoded as one path segment
   * (RFC 3986 §2.1, as `encodeURIComponent` does), except one at the very start of the text: that is a base URL and stays as it is.
   * What a `{"$cel"}` comes to is used as it is.
   */
  readonly url: Value;
  readonly query?: Value;
  readonly headers?: Value;
  readonly body?: Value;
  /** How the body is written, or an expression over `input` and `settings` that comes to one of these. Absent or null: `json`. */
  readonly bodyType?: "json" | "form" | "text" | CelValue;
  /** How the answer is read. Absent: by its Content-Type. */
  readonly decode?: "json" | "text" | "none" | "auto";
  /** The output, from `response.status`, `response.headers`, `response.body`. Absent: the decoded body. */
  readonly output?: Value;
}

/** Bundled JavaScript that runs in the sandbox. */
export interface CodeBody {
  readonly entry: string;
  readonly capabilities: JsonObject;
}

/** In-process code of a publisher that the operator trusts. */
export interface NativeBody {
  /** Why it cannot be declarative; shown to whoever installs it. */
  readonly reason: string;
  /** What it touches. */
  readonly uses: readonly ("network" | "files")[];
}

/** The classes that responses are mapped to; the first is success, the others are failures. */
export type OutcomeClass =
  | "success"
  | "invalidInput"
  | "notFound"
  | "conflict"
  | "rejected"
  | "throttled"
  | "transient"
  | "credential"
  | "configuration";

/** One row of an outcome table. All present conditions must hold. */
export interface OutcomeRule {
  readonly when: {
    /** A status (409), a class ("4xx"), or a list of those. Native operations match their error's `code` instead. */
    readonly status?: StatusMatch | readonly StatusMatch[];
    /** Code of a native error, e.g. a SQLSTATE or `ECONNREFUSED`; a trailing `*` matches a prefix. */
    readonly code?: string | readonly string[];
    /** CEL over `status`, `headers`, `body`. */
    readonly cel?: string;
  };
  readonly as: OutcomeClass;
  readonly message?: string;
  /** JSON pointer into the body whose text is the message. */
  readonly messageFrom?: string;
}
export type StatusMatch = number | "1xx" | "2xx" | "3xx" | "4xx" | "5xx";

/** How the next page is found. `maxPages` bounds every kind; absent: 10,000. */
export type Pagination = { readonly maxPages?: number } & (
  | { readonly kind: "cursor"; readonly cursor: string; readonly param: string; readonly in?: "query" | "body" }
  | {
      readonly kind: "page";
      readonly param: string;
      readonly first?: number;
      readonly sizeParam?: string;
      readonly size?: number;
    }
  | { readonly kind: "offset"; readonly param: string; readonly sizeParam?: string; readonly size?: number }
  | { readonly kind: "link" }
  | { readonly kind: "nextUrl"; readonly url: string }
);

/** Where the list is in the output, and whether a read can go on from a saved cursor. */
export interface StreamSpec {
  /** JSON pointer to the array in the output, e.g. `/rows`. */
  readonly items: string;
  /** `cursor`: every page carries a JSON cursor from which a later read goes on. `none`: only from the start. */
  readonly resume: "cursor" | "none";
}

export interface CacheSpec {
  /** How long an answer may be reused, ms. */
  readonly ttlMs: number;
  /** Entries kept a connection. Absent: 1,000. */
  readonly maxEntries?: number;
}

/** A value computed from a CEL expression. */
export interface CelValue {
  readonly $cel: string;
}

/**
 * A named rate or concurrency limit. An expression sees `settings` and is worked out once a connection; where it comes to null, the
 * limit is as if it were absent.
 */
export interface Budget {
  /** Permits in one window, above 0. Absent: only `concurrency` limits. */
  readonly rate?: number | CelValue;
  /** Length of the window, e.g. `"1s"`, `"1m"`, ISO 8601 or `ms|s|m|h|d`. Needed with `rate`. */
  readonly per?: string | CelValue;
  /** Calls in flight at once, at least 1. Absent: unlimited. */
  readonly concurrency?: number | CelValue;
  /** Who shares it. */
  readonly scope: "connection" | "connector" | "tenant";
  /** Response header that tells when the window starts anew, and in which form. */
  readonly reset?: { readonly header: string; readonly as: "epoch_s" | "epoch_ms" | "delta_s" | "http_date" };
  readonly remaining?: { readonly header: string };
}

/** How a connection proves who it is. */
export type AuthScheme = AuthCommon &
  (
    | { readonly kind: "none" }
    /** `name` and `prefix` may hold `{settings.x}` holes, as hosts do. */
    | { readonly kind: "apiKey"; readonly in: "header" | "query" | "cookie"; readonly name: string; readonly prefix?: string }
    | { readonly kind: "basic" }
    | { readonly kind: "bearer" }
    | { readonly kind: "fields"; readonly fields: JsonSchemaObject }
  );

export interface AuthCommon {
  readonly title?: string;
  /** Read operation that proves the credential. Absent: the connection's test says that it cannot be verified. */
  readonly test?: { readonly operation: string; readonly input?: JsonObject };
  /** Where people find the key. */
  readonly help?: string;
  /** Settings that must be set where this scheme is used, beyond those that every connection needs. Absent: none. */
  readonly requires?: readonly string[];
}

/** A pair that must hold: the input validates, the output validates. */
export interface Example {
  readonly title?: string;
  readonly input: JsonObject;
  readonly output?: Json;
}
