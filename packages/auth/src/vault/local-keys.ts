import { createHash } from "node:crypto";
import { decryptGcm, encryptGcm, packGcm, unpackGcm } from "./aes-gcm.ts";
import type { KeyState, WrappedDek } from "./kek-provider.ts";
import { keyRefused } from "./refusals.ts";
import type { Binding } from "./secret-place.ts";

/** A key-encrypting key whose bytes this process holds. */
export interface LocalKey {
  readonly id: string;
  readonly state: KeyState;
  /** Of a destroyed key, none are left. */
  readonly bytes?: Buffer;
  readonly createdAtMs?: number;
}

/** The id of a key, made from its bytes; it tells nothing about them. */
export function localKeyId(bytes: Buffer): string {
  return createHash("sha256").update("mortise-kek").update(bytes).digest("hex").slice(0, 16);
}

/** 32 bytes from base64; undefined for another length. */
export function decodeLocalKey(text: string): Buffer | undefined {
  const bytes = Buffer.from(text.trim(), "base64");
  return bytes.length === 32 ? bytes : undefined;
}

/** Wraps with the active one of the keys. Throws `VAULT_KEY_REFUSED` where none is. */
export function wrapLocally(keys: readonly LocalKey[], dek: Buffer, { bytes }: Binding): WrappedDek {
  const active = activeOf(keys);
  return { kekId: active.id, wrapped: packGcm(encryptGcm(dek, active.bytes, bytes)) };
}

/** Unwraps with the key of that id. Throws `VAULT_KEY_REFUSED`, and what GCM throws. */
export function unwrapLocally(keys: readonly LocalKey[], { kekId, wrapped }: WrappedDek, { bytes }: Binding): Buffer {
  const key = keys.find(({ id }) => id === kekId);
  if (key === undefined) throw keyRefused(kekId, "is not held here");
  if (key.bytes === undefined || key.state === "disabled" || key.state === "destroyed") {
    throw keyRefused(kekId, `is ${key.state}`, key.state === "disabled" ? "Enable it: mortise vault enable ID." : undefined);
  }
  return decryptGcm(unpackGcm(wrapped), key.bytes, bytes);
}

/** The active key. Throws `VAULT_KEY_REFUSED` where there is none. */
export function activeOf(keys: readonly LocalKey[]): LocalKey & { readonly bytes: Buffer } {
  const active = keys.find(({ state }) => state === "active");
  if (active?.bytes === undefined) throw keyRefused("(active)", "does not exist");
  return { ...active, bytes: active.bytes };
}
