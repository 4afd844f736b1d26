import type { JsonSchemaObject } from "./json.ts";
import type { Example, NativeBody, OperationLifecycle } from "./operation.ts";
import type { FollowUp, Value } from "./value.ts";

/** One typed source of events of a connector. `input` is what a workflow configures it with; `output` is one event. */
export type Trigger = TriggerCommon & (PollTrigger | WebhookTrigger | StreamTrigger);

export interface TriggerCommon {
  readonly title: string;
  readonly description?: string;
  readonly scopes: readonly string[];
  readonly input: JsonSchemaObject;
  readonly output: JsonSchemaObject;
  /** JSON pointers into one event whose values identify it; the same identity starts a workflow once. */
  readonly identity: readonly string[];
  readonly lifecycle?: OperationLifecycle;
  readonly deprecated?: string;
  /** Events, in `output`. */
  readonly examples: readonly Example[];
}

/** Asks again and again. */
export interface PollTrigger {
  readonly kind: "poll";
  /** A read operation with `stream`; its items are the events. `with` sees `input` and `settings`. Its `incremental`, if any, is the cursor. */
  readonly source: FollowUp;
  /** Absent: `"5m"`. */
  readonly every?: string;
  /** What the first poll gives: nothing, but what it saw counts as known (`skip`), the newest event, or all. */
  readonly firstRun: "skip" | "latest" | "all";
  /** The event, from `item`. Absent: the item. */
  readonly event?: Value;
}

/**
 * Listens: holds a connection to the other system open, as drivers and clients of brokers do. The connector's own code does that, in process, so it
 * runs only where the operator trusts the publisher.
 */
export interface StreamTrigger {
  readonly kind: "stream";
  readonly native: NativeBody;
}

/** Is told by the other system. */
export interface WebhookTrigger {
  readonly kind: "webhook";
  /** Tells the other system where to send events. `with` sees `input`, `settings`, `webhook.url` and `webhook.secret`. */
  readonly subscribe?: FollowUp;
  /** Ends that; `with` also sees `subscription`, the output of `subscribe`. */
  readonly unsubscribe?: FollowUp;
  /** Where the vendor has no call for it: what a person does there. Needed without `subscribe` and `unsubscribe`. */
  readonly manual?: string;
  /** Renews a subscription that ends by itself, before `ttl` is over. */
  readonly renew?: FollowUp & { readonly ttl: string };
  readonly signature: WebhookSignature | { readonly none: string };
  /** CEL over `headers`, `query` and `body`: whether a delivery is an event of this trigger. Absent: always. */
  readonly when?: string;
  /** List of events in a delivery, or the event: sees `headers`, `query`, `body`. Absent: the body. */
  readonly event?: Value;
  /**
   * The answer to a vendor's check of the address, sent with 200 where `when` is true. Both see `headers`, `query`, `body` and
   * `webhook.secret`, for vendors that check by a shared word. A check that is signed must be signed well.
   */
  readonly challenge?: { readonly when: string; readonly body: Value; readonly contentType?: string };
}

/**
 * How a delivery proves where it is from. A header may hold several signatures, apart by spaces or commas; one that holds is enough. With
 * `ed25519` the secret is the vendor's public key; with `token` the header holds the secret itself, and nothing is signed.
 */
export interface WebhookSignature {
  readonly algorithm: "hmac-sha256" | "hmac-sha1" | "hmac-sha512" | "ed25519" | "token";
  readonly header: string;
  /** How a signature is written; `text` only with `token`. */
  readonly encoding: "hex" | "base64" | "base64url" | "text";
  /** Stands before the signature, e.g. `sha256=` or `v1,`. */
  readonly prefix?: string;
  /**
   * What is signed, with holes `{body}`, `{timestamp}`, `{id}`, `{url}` and `{form}`: the fields of a form by name, each name and value
   * one after the other. Absent: `{body}`.
   */
  readonly content?: string;
  /** How the secret is written, and what stands before it, e.g. `{"encoding": "base64", "prefix": "whsec_"}`. Absent: text, UTF-8. */
  readonly secret?: { readonly encoding: "text" | "hex" | "base64"; readonly prefix?: string };
  /**
   * Header with the time of sending, and what stands before it there, e.g. `t=`. Needed where `content` has `{timestamp}`; worth something
   * only where it is signed.
   */
  readonly timestamp?: { readonly header: string; readonly as: "epoch_s" | "epoch_ms" | "date_time"; readonly prefix?: string };
  /** Header with the delivery's id; a repeat has the same one. */
  readonly idHeader?: string;
  /** How far the time of sending may be from now, either way. Absent: `"5m"`. */
  readonly tolerance?: string;
}
