import type { Effect, Json, OutcomeClass } from "@mortise/contract";

/** A disturbance of a fake vendor as data (`mortise.scenario/1`). Lengths of time are `"250ms"`, `"30s"`, `"5m"` or ISO 8601. */
export interface Scenario {
  readonly format: "mortise.scenario/1";
  readonly title?: string;
  /** What somebody asks for that nobody created: made up, or not found. Absent: `sample`. */
  readonly unknown?: "sample" | "notFound";
  /** Tried on every request, in order: latencies add up, of the others the first one of its kind holds. */
  readonly rules?: readonly ScenarioRule[];
  /** Requests over the contract's own budgets are answered with 429. Absent: nobody counts. */
  readonly limits?: { readonly tell?: ResetForm };
  /** How far the vendor's clock is ahead (or, with `-`, behind): in `Date`, and in the moments that it tells. */
  readonly clock?: { readonly skew: string };
  /** How long access tokens live. Absent: they do not end. */
  readonly tokens?: { readonly life: string };
  /** How jobs that are waited for go on. Absent: they are done at the first question. */
  readonly jobs?: JobBehaviour;
  readonly webhooks?: WebhookBehaviour;
}

/** Which requests are disturbed, when, and how. */
export interface ScenarioRule {
  /** All that is given must hold. Absent: every request of an operation. */
  readonly on?: {
    readonly operations?: readonly string[];
    readonly effects?: readonly Effect[];
    readonly methods?: readonly string[];
    /** True: requests that sign in, such as those for tokens, instead of operations. */
    readonly signIn?: boolean;
  };
  /** All that is given must hold. Absent: always. */
  readonly when?: {
    /** The first so many are left alone. */
    readonly after?: number;
    /** Every so manieth of the rest. */
    readonly every?: number;
    /** Share of the rest, 0 to 1. */
    readonly rate?: number;
    /** At most so many. */
    readonly times?: number;
    /** From so long after the beginning. */
    readonly from?: string;
    /** For so long. */
    readonly for?: string;
  };
  readonly do: ScenarioEffect;
}

/** What is done to a request; several at once where they can be. */
export interface ScenarioEffect {
  readonly latency?: Latency;
  /** An answer instead of the vendor's, before anything took effect. */
  readonly answer?: {
    readonly status: number;
    readonly headers?: { readonly [name: string]: string };
    readonly body?: Json;
  };
  /** An answer that the operation's outcome table reads as this class, before anything took effect. */
  readonly fail?: Exclude<OutcomeClass, "success">;
  /** 429 now, and for every request until `after` is over. */
  readonly throttle?: { readonly after: string; readonly tell?: ResetForm };
  /** The connection breaks: `before` anything took effect, `after` it did, or in the midst of the `body`. */
  readonly reset?: "before" | "after" | "body";
  /** The body ends early, at this share of its bytes. `broken`: its framing says so; `whole`: only its content does. Absent: half, `broken`. */
  readonly truncate?: { readonly at?: number; readonly framing?: "broken" | "whole" };
  /** The body comes in pieces of so many bytes, with a pause after each. */
  readonly drip?: { readonly bytes: number; readonly every: string };
  /** What the request was let in with has ended; `revoked`: with all that could renew it. */
  readonly token?: "expired" | "revoked";
  /** Of a list: a page comes `lost` (without its items), `repeated` (the one before once more), or leads to itself (`looping`). */
  readonly page?: "lost" | "repeated" | "looping";
  /** 200 with an error in it, as the contract's outcome rules know it. */
  readonly falseSuccess?: true;
  /** Events of this webhook trigger are delivered when the request has taken effect. */
  readonly emit?: string;
}

/** A distribution of waits. */
export type Latency =
  | { readonly fixed: string }
  | { readonly uniform: readonly [from: string, to: string] }
  | { readonly exponential: { readonly mean: string } }
  | { readonly normal: { readonly mean: string; readonly deviation: string } }
  | { readonly lognormal: { readonly median: string; readonly p99: string } };

/**
 * How a 429 tells when to come back. `contract`: at the place and in the form that the operation's outcome table or budget names, else in
 * `Retry-After` as seconds. The reset forms are the budget's header, else `X-RateLimit-Reset`.
 */
export type ResetForm =
  | "contract"
  | "retry-after-seconds"
  | "retry-after-date"
  | "reset-delta"
  | "reset-epoch"
  | "reset-epoch-ms"
  | "nothing";

/** Jobs that an operation waits for. */
export interface JobBehaviour {
  /** Questions that find it not done. Absent: 0. */
  readonly polls?: number;
  /** How long it takes at least. Absent: no time. */
  readonly takes?: string;
  /** Share of jobs that end badly, 0 to 1. Absent: 0. */
  readonly fail?: number;
}

/** What becomes of deliveries to webhooks. Shares are 0 to 1. */
export interface WebhookBehaviour {
  readonly lost?: number;
  /** Delivered twice, with the same id. */
  readonly duplicate?: number;
  readonly late?: { readonly rate: number; readonly by: Latency };
  /** Signed with another secret. */
  readonly forged?: number;
  /** So many are gathered, and sent in another order. */
  readonly shuffle?: number;
}
