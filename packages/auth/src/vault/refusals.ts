import { MortiseError } from "@mortise/contract";
import type { SecretPlace } from "./secret-place.ts";

/** Bytes, place or version are not those that were sealed. */
export function tampered({ connection }: Pick<SecretPlace, "connection">, why: string, cause?: unknown): MortiseError {
  return new MortiseError("SECRET_TAMPERED", `The credential of connection "${connection}" does not open: ${why}.`, { cause });
}

/** A key that is not here, or must not be used. */
export function keyRefused(kekId: string, why: string, remedy?: string): MortiseError {
  return new MortiseError("VAULT_KEY_REFUSED", `The key ${kekId} ${why}.`, remedy === undefined ? {} : { remedy });
}

/** Options of {@link vaultUnavailable}. */
export interface Unavailability {
  /** Epoch ms from which the provider will answer again, where it limits the rate. */
  readonly retryAtMs?: number;
  readonly cause?: unknown;
}

/** The key provider does not answer. */
export function vaultUnavailable(message: string, { retryAtMs, cause }: Unavailability = {}): MortiseError {
  return new MortiseError("VAULT_UNAVAILABLE", message, { ...(retryAtMs === undefined ? {} : { retryAtMs }), cause });
}
