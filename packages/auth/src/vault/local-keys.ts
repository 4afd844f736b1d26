import { createHash, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { decryptGcm, encryptGcm, packGcm, unpackGcm } from "./aes-gcm.ts";
import type { KeyState, WrappedDek } from "./kek-provider.ts";
import { keyRefused } from "./refusals.ts";
import type { Binding } from "./secret-place.ts";

/** A key-encrypting key whose bytes this process holds. */
export interface LocalKey {
  readonly id: string;
  readonly state: KeyState;
  /** Absent: it is destroyed. */
  readonly key?: KeyObject;
  readonly createdAtMs?: number;
}

/** A new active key. */
export function newLocalKey(nowMs: number): LocalKey {
  const bytes = randomBytes(32);
  const fresh: LocalKey = { id: localKeyId(bytes), state: "active", key: createSecretKey(bytes), createdAtMs: nowMs };
  bytes.fill(0);
  return fresh;
}

/** The id of a key, made from its bytes; it tells nothing about them. */
export function localKeyId(bytes: Buffer): string {
  return createHash("sha256").update("mortise-kek").update(bytes).digest("hex").slice(0, 16);
}

/** A key from base64, its bytes filled with zeros; undefined for another length than 32. */
export function decodeLocalKey(text: string): { readonly id: string; readonly key: KeyObject } | undefined {
  const bytes = Buffer.from(text.trim(), "base64");
  const found = bytes.length === 32 ? { id: localKeyId(bytes), key: createSecretKey(bytes) } : undefined;
  bytes.fill(0);
  return found;
}

/** Wraps with the active one of the keys. Throws `VAULT_KEY_REFUSED` where none is. */
export function wrapLocally(keys: readonly LocalKey[], dek: Buffer, { bytes }: Binding): WrappedDek {
  const active = activeOf(keys);
  return { kekId: active.id, wrapped: packGcm(encryptGcm(dek, active.key, bytes)) };
}

/** Unwraps with the key of that id. Throws `VAULT_KEY_REFUSED`, and what GCM throws. */
export function unwrapLocally(keys: readonly LocalKey[], { kekId, wrapped }: WrappedDek, { bytes }: Binding): Buffer {
  const key = keys.find(({ id }) => id === kekId);
  if (key === undefined) throw keyRefused(kekId, "is not held here");
  if (key.key === undefined || key.state === "disabled" || key.state === "destroyed") {
    throw keyRefused(kekId, `is ${key.state}`, key.state === "disabled" ? "Enable it: mortise vault enable ID." : undefined);
  }
  return decryptGcm(unpackGcm(wrapped), key.key, bytes);
}

/** The active key. Throws `VAULT_KEY_REFUSED` where there is none. */
export function activeOf(keys: readonly LocalKey[]): LocalKey & { readonly key: KeyObject } {
  const active = keys.find(({ state }) => state === "active");
  if (active?.key === undefined) throw keyRefused("(active)", "does not exist");
  return { ...active, key: active.key };
}
