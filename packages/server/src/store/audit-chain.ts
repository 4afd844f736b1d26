import { createHash } from "node:crypto";
import type { Json } from "@mortise/contract";
import { canonicalJson } from "@mortise/workflow";

/** What happened to a secret, to a key, or to what may run. */
export type AuditAction =
  | "credential.stored"
  | "credential.renewed"
  | "credential.staged"
  | "credential.discarded"
  | "credential.activated"
  | "credential.retired"
  | "credential.resealed"
  | "credential.revoked"
  | "credential.removed"
  | "client.stored"
  | "client.removed"
  | "lease.granted"
  | "lease.ended"
  | "key.created"
  | "key.rewrapped"
  | "key.disabled"
  | "key.enabled"
  | "key.approved"
  | "key.destroyed"
  | "lifecycle.paused"
  | "lifecycle.drained"
  | "lifecycle.resumed"
  | "kill.added"
  | "kill.removed"
  | "flag.set"
  | "flag.removed"
  | "task.decided";

/** One event, before it has its place in the chain. No secret, and nothing that a secret could be guessed from. */
export interface AuditEvent {
  readonly action: AuditAction;
  /** Who did it: a person's session, `runtime`, `cli`. */
  readonly actor: string;
  readonly connection?: string;
  readonly [fact: string]: Json | undefined;
}

/** An event as it is stored: with tenant, number and time. */
export type ChainedEvent = AuditEvent & { readonly tenant: string; readonly seq: number; readonly at: string };

/** The hash before the first entry of a tenant. */
export function genesis(tenant: string): string {
  return createHash("sha256").update("mortise.audit/1\n").update(tenant).digest("hex");
}

/** hᵢ = SHA-256(hᵢ₋₁ ‖ canonical(eventᵢ)), hex; the canonical form is RFC 8785. */
export function linkHash(previous: string, event: ChainedEvent): string {
  return createHash("sha256")
    .update(Buffer.from(previous, "hex"))
    .update(canonicalJson(event as Json))
    .digest("hex");
}
