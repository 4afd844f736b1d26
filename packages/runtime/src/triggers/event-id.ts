import { createHash } from "node:crypto";
import { getPointer, type Json, type Trigger } from "@mortise/contract";

/**
 * The identity of an event: what its trigger's `identity` points at, hashed (SHA-256, 66 bits of it). An event that lacks a part of it is
 * identified by all that it is. The same identity should start a workflow once.
 */
export function eventId({ identity }: Pick<Trigger, "identity">, event: Json): string {
  const parts = identity.map((pointer) => getPointer(event, pointer));
  const known = parts.length > 0 && parts.every((part) => part !== undefined && part !== null);
  return createHash("sha256")
    .update(canonical(known ? (parts as readonly Json[]) : event))
    .digest("base64url")
    .slice(0, 11);
}

/** One text for a value, whatever the order of its keys. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
