import type { CodeCapabilities } from "./code-capabilities.ts";
import type { HttpRequest } from "./http-request.ts";
import type { Json, JsonObject, JsonSchemaObject } from "./json.ts";
import type { ItemOutcomes, OutcomeClass, OutcomeRule, RetrySpec } from "./outcome.ts";
import type {
  BatchSpec,
  CacheSpec,
  Incremental,
  Pagination,
  Partition,
  SearchOrCreate,
  StreamSpec,
  WaitSpec,
} from "./reading.ts";
import type { FollowUp, Probe, Value } from "./value.ts";

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

export interface Operation {
  readonly title: string;
  readonly description?: string;
  readonly effect: Effect;
  readonly idempotency: Idempotency;
  /** Whether what it did can be undone at the other system. Absent: true with `compensate`, otherwise not known. */
  readonly reversible?: boolean;
  /** Scopes that the credential must hold. Empty: none. */
  readonly scopes: readonly string[];
  /** Auth schemes that it accepts. Empty: it needs no credential and is sent none. Absent: any of the contract's. */
  readonly auth?: readonly string[];
  /** Name of the budget every attempt takes a permit from. Absent: unlimited. */
  readonly budget?: string;
  /** Permits that one attempt takes. Absent: 1. */
  readonly cost?: number;
  /** `$ref` may point into `$defs` of the same schema (`#/$defs/…`), or to a schema of the contract (`#/schemas/…`). */
  readonly input: JsonSchemaObject;
  readonly output: JsonSchemaObject;
  /** JSON pointers into one output item whose values identify it (dedupe). Empty: none known. */
  readonly identity: readonly string[];
  /** Exactly one of `request`, `searchOrCreate`, `code`, `native`. */
  readonly request?: HttpRequest;
  readonly searchOrCreate?: SearchOrCreate;
  readonly code?: CodeBody;
  readonly native?: NativeBody;
  /** Rules tried in order before the defaults of the runtime (status classes of RFC 9110). */
  readonly outcomes: readonly OutcomeRule[];
  /** Failures of single items in an answer that is a success as a whole. */
  readonly itemOutcomes?: ItemOutcomes;
  readonly pagination?: Pagination;
  /** The output holds a list that can be streamed in pages. */
  readonly stream?: StreamSpec;
  readonly incremental?: Incremental;
  readonly partition?: Partition;
  readonly batch?: BatchSpec;
  readonly wait?: WaitSpec;
  readonly cache?: CacheSpec;
  /**
   * A read that is slower than 95 of 100 is made a second time beside itself, and the first answer counts: at most in 1 of 20 calls. Not
   * for reads that cost more than one permit. Absent: false, unless the call asks for it.
   */
  readonly hedge?: boolean;
  readonly retry?: RetrySpec;
  /** Limit of one attempt, ms. Absent: 30,000. */
  readonly attemptTimeoutMs?: number;
  /** Limit of the whole call, ms. Absent: 120,000, with `wait` its timeout and that. */
  readonly operationTimeoutMs?: number;
  /** Attempts in one call, the first included, 1 to 3. Absent: 3 where repeating is safe. */
  readonly maxAttempts?: number;
  /** Operation that undoes this one. `with` sees `input` and `output`. */
  readonly compensate?: FollowUp;
  /** Read operation that tells whether a write whose answer got lost took effect. */
  readonly probe?: Probe;
  readonly serviceLevel?: ServiceLevel;
  readonly lifecycle?: OperationLifecycle;
  /** Why it should not be used any more, and what to use instead. */
  readonly deprecated?: string;
  /** What a person must still decide, e.g. after an import. Not empty: `check` warns. */
  readonly review?: readonly ReviewNote[];
  readonly examples: readonly Example[];
  /** Inputs that must be refused and answers that must not count as success; they run as tests. */
  readonly counterExamples?: readonly CounterExample[];
}

/** What the vendor promises, or what was measured. */
export interface ServiceLevel {
  /** Share of calls that succeed, 0 to 1. */
  readonly availability?: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Where the figures come from: a URL, or `measured`. */
  readonly source?: string;
}

/** Where an operation stands between its first and its last day. Dates are ISO 8601 calendar dates. */
export interface OperationLifecycle {
  readonly stage: "experimental" | "beta" | "stable" | "deprecated" | "retired";
  /** Version of the connector that brought it. */
  readonly since?: string;
  /** Day after which the vendor or the publisher may take it away (RFC 8594). */
  readonly sunset?: string;
  /** Operation to use instead. */
  readonly replacement?: string;
}

/** A guess that a person must confirm or change. */
export interface ReviewNote {
  /** What was guessed: a key of the operation, e.g. `effect`, `pagination`. */
  readonly about: string;
  readonly message: string;
}

/** Bundled JavaScript that runs in the sandbox. */
export interface CodeBody {
  /** Source file in the connector's folder, and the name of its export where that is not the default one: `src/code/enrich.ts#enrich`. */
  readonly entry: string;
  readonly capabilities: CodeCapabilities;
}

/** In-process code of a publisher that the operator trusts. */
export interface NativeBody {
  /** Why it cannot be declarative; shown to whoever installs it. */
  readonly reason: string;
  /** What it touches. */
  readonly uses: readonly ("network" | "files")[];
}

/** A pair that must hold: the input validates, the output validates; with `response`, that answer comes to that output. */
export interface Example {
  readonly title?: string;
  readonly input: JsonObject;
  readonly output?: Json;
  /** Settings of the connection it was seen with. */
  readonly settings?: JsonObject;
  readonly response?: ExampleResponse;
}

/** What must not succeed: an input that the schema refuses (no `response`), or an answer that the outcome table calls `outcome`. */
export interface CounterExample {
  readonly title?: string;
  readonly input: JsonObject;
  readonly settings?: JsonObject;
  readonly response?: ExampleResponse;
  /** Absent: `invalidInput`. */
  readonly outcome?: Exclude<OutcomeClass, "success">;
}

/** An answer as a decoder leaves it. */
export interface ExampleResponse {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: Json;
}
