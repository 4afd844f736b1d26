import { CATALOGUE, type CatalogueEntry, type ErrorCode, type Outcome, type Who } from "@mortise/contract";

/** Whose doing the end of a call was. */
export type Attribution = (typeof ATTRIBUTIONS)[number];

/**
 * All of them, in the order in which documents list them.
 * - `ok`: the call did what it was asked for.
 * - `caller_error`: the input, the workflow, the connection's settings or its credential; also a call that was cancelled.
 * - `vendor_error`: the other system, or the connector that speaks to it: sick, throttling, drifted, too slow.
 * - `platform_error`: this deployment: its database, its vault, a mistake of Mortise.
 * - `policy_denied`: a rule of the deployment or of the connection's owner forbids it.
 * - `shed`: turned away unsent, as there was too much to do.
 * - `unknown`: a write was sent and no answer came.
 */
export const ATTRIBUTIONS = Object.freeze([
  "ok",
  "caller_error",
  "vendor_error",
  "platform_error",
  "policy_denied",
  "shed",
  "unknown",
] as const);

const BY_WHO: { readonly [who in Who]: Attribution } = Object.freeze({
  builder: "caller_error",
  owner: "caller_error",
  author: "vendor_error",
  vendor: "vendor_error",
  operator: "platform_error",
  mortise: "platform_error",
});

/** Codes for which the one who has to act is not the one whose doing it was. */
const BY_CODE: { readonly [code in ErrorCode]?: Attribution } = Object.freeze({
  CONNECTOR_NOT_TRUSTED: "policy_denied",
  CONNECTION_PAUSED: "policy_denied",
  CONNECTOR_PAUSED: "policy_denied",
  CONNECTOR_KILLED: "policy_denied",
  FEATURE_OFF: "policy_denied",
  HOOK_REFUSED: "policy_denied",
  DRAINING: "shed",
  EGRESS_DENIED: "policy_denied",
  FILE_NOT_ALLOWED: "policy_denied",
  NOT_ALLOWED: "policy_denied",
  OVERLOADED: "shed",
  UNKNOWN_OUTCOME: "unknown",
});

const entries = Object.entries(CATALOGUE) as readonly [ErrorCode, CatalogueEntry][];
const ATTRIBUTION_OF: ReadonlyMap<string, Attribution> = new Map(
  entries.map(([code, { who }]) => [code, BY_CODE[code] ?? BY_WHO[who]]),
);

/**
 * Attributes the end of a call, by its outcome and the code of its error. A code that the catalogue does not know is `platform_error`, as
 * only a mistake of ours brings one.
 */
export function attributionOf(outcome: Outcome, code?: string): Attribution {
  if (outcome === "success") return "ok";
  if (outcome === "unknown") return "unknown";
  return (code === undefined ? undefined : ATTRIBUTION_OF.get(code)) ?? "platform_error";
}
