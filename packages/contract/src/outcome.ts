import type { Value } from "./value.ts";

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
    /** Headers that must be there, each with this text in it (any case); `""`: with any value. */
    readonly headers?: { readonly [name: string]: string };
    /** CEL over `status`, `headers`, `body`; in `itemOutcomes` over `item`, `index` and `status`. */
    readonly cel?: string;
  };
  readonly as: OutcomeClass;
  readonly message?: string;
  /** JSON pointer into the body (in `itemOutcomes`: into the item) whose text is the message. */
  readonly messageFrom?: string;
  /** For `as: "success"`: the output instead of the answer's, from `input`, `settings`, `response`. */
  readonly output?: Value;
  /** When to try again, where the answer tells. Only with `throttled` and `transient`; beside it the operation's `retry` holds. */
  readonly retryAfter?: InstantSource;
}
export type StatusMatch = number | "1xx" | "2xx" | "3xx" | "4xx" | "5xx";

/** Where an answer tells a point in time or a span, and in which form. Exactly one of `header` and `body`. */
export interface InstantSource {
  readonly header?: string;
  /** JSON pointer into the body. */
  readonly body?: string;
  /** Regular expression (RE2) whose first group holds the figure, e.g. in a message. Absent: the whole text. */
  readonly pattern?: string;
  readonly as: InstantForm;
}

/** Epoch or delta in s, ms; an HTTP date (RFC 9110 §5.6.7); a date-time (RFC 3339); a span such as `1m30s` or ISO 8601; `auto`: the `Retry-After` grammar. */
export type InstantForm = "epoch_s" | "epoch_ms" | "delta_s" | "delta_ms" | "http_date" | "date_time" | "duration" | "auto";

/**
 * Results of single items inside of an answer that is a success as a whole (207, bulk writes). A call of which some items failed is a
 * success that lists them (`meta.itemFailures`); all failed is a failure of the worst class. Pages of a stream are not looked at, and of a
 * rule `output` and `retryAfter` say nothing here.
 */
export interface ItemOutcomes {
  /** JSON pointer to the list in the output. */
  readonly items: string;
  /** Rules over one item, tried in order; no match is success. */
  readonly rules: readonly OutcomeRule[];
}

/**
 * How long to wait between attempts, where the vendor does not say. A wait over 5 s is not sat out inside of the call: it ends, and says
 * when to come back. Absent: exponential from 50 ms, where the vendor throttles from 1 s, full jitter, at most 20 s.
 */
export interface RetrySpec {
  readonly backoff: "constant" | "exponential";
  /** First wait, e.g. `"1s"`. */
  readonly initial: string;
  /** Factor from wait to wait, exponential only. Absent: 2. */
  readonly factor?: number;
  /** Longest wait. Absent: `"30s"`. */
  readonly max?: string;
  /** Full jitter (a random share of the wait). Absent: true for exponential, false for constant. */
  readonly jitter?: boolean;
}
