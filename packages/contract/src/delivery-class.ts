import type { Operation } from "./operation.ts";

/** How long a vendor remembers a key where its contract does not say: 24 h, ms. */
export const KEY_WINDOW_MS = 86_400_000;

/**
 * What may happen to the other system when a call breaks off between its effect and our record of it.
 * - `read`: nothing is changed.
 * - `idempotent`: it is sent again, which leaves the same state.
 * - `keyed`: it is sent again with the same key, which the vendor drops for `windowMs`; after that it is looked for (with a probe), not sent.
 * - `probeable`: a read finds out whether it was done, and only what was not is sent again.
 * - `at-most-once`: it is never sent again by itself; its outcome is called unknown.
 * - `at-least-once`: it may be done twice.
 */
export type DeliveryClass =
  | { readonly kind: "keyed"; readonly windowMs: number }
  | { readonly kind: "read" | "idempotent" | "probeable" | "at-most-once" | "at-least-once" };

/** The class of an operation, by what its contract declares. Sandboxed code has no commit point of its own, so unless it can be repeated or probed it is `at-least-once`. */
export function deliveryClass({
  effect,
  idempotency,
  probe,
  code,
}: Pick<Operation, "effect" | "idempotency" | "probe" | "code">): DeliveryClass {
  if (effect === "read") return { kind: "read" };
  if (idempotency === "natural") return { kind: "idempotent" };
  if (idempotency !== "none") return { kind: "keyed", windowMs: idempotency.windowMs ?? KEY_WINDOW_MS };
  if (probe !== undefined) return { kind: "probeable" };
  return { kind: code === undefined ? "at-most-once" : "at-least-once" };
}
