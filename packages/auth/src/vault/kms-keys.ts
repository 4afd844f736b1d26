import { isMortiseError, MortiseError } from "@mortise/contract";
import { fromBase64url } from "./aes-gcm.ts";
import type { KekProvider, KeyDescription, KeyState } from "./kek-provider.ts";
import { keyRefused, vaultUnavailable } from "./refusals.ts";

/** What the failure of a KMS means. `tampered`: the ciphertext or its context is not what was encrypted. */
export type KmsFailure =
  | { readonly kind: "unavailable" | "tampered" | "refused" }
  | { readonly kind: "throttled"; readonly retryAfterMs?: number };

/**
 * Options of {@link kmsKeys}: the shape of cloud key services, whose `context` is the encryption context, and of PKCS#11 tokens, whose
 * context becomes the additional data of `CKM_AES_GCM`.
 */
export interface KmsKeysOptions {
  /** The key that encrypts now. */
  readonly keyId: string;
  /** Keys that only decrypt. Absent: none. */
  readonly older?: readonly string[];
  /** Absent: none. */
  readonly region?: string;
  /** For people, e.g. the service and its endpoint. */
  readonly place: string;
  readonly encrypt: (plaintext: Buffer, context: { readonly [name: string]: string }, keyId: string) => Promise<Buffer>;
  readonly decrypt: (ciphertext: Buffer, context: { readonly [name: string]: string }, keyId: string) => Promise<Buffer>;
  /** Reads the state of a key. Absent: the key that encrypts is active, the older ones are `decrypt-only`. */
  readonly stateOf?: (keyId: string) => Promise<KeyState>;
  /** Absent: keys are disabled in the service itself. */
  readonly disable?: (keyId: string) => Promise<void>;
  /** Tells failures apart. Absent: every failure means unavailable. */
  readonly failureOf?: (error: unknown) => KmsFailure;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Keys of a service that encrypts and decrypts by itself and never gives a key away. */
export function kmsKeys(options: KmsKeysOptions): KekProvider {
  const { keyId, older = [], region = "", place, encrypt, decrypt, disable, now } = options;
  const known = [keyId, ...older];
  const named = (id: string) => `kms:${id}`;
  const find = (kekId: string): string => {
    const found = known.find((id) => named(id) === kekId);
    if (found === undefined) throw keyRefused(kekId, `is none of ${place}`);
    return found;
  };
  const asked = async <Result>(kekId: string, ask: () => Promise<Result>): Promise<Result> => {
    try {
      return await ask();
    } catch (error) {
      if (isMortiseError(error)) throw error;
      throw refusal(options.failureOf?.(error) ?? { kind: "unavailable" }, kekId, place, now(), error);
    }
  };
  const state = async (id: string): Promise<KeyState> => {
    if (options.stateOf)
      return await asked(named(id), async () => await (options.stateOf as (id: string) => Promise<KeyState>)(id));
    return id === keyId ? "active" : "decrypt-only";
  };
  return Object.freeze({
    kind: "kms",
    place,
    region,
    remote: true,
    owns: async (kekId) => known.some((id) => named(id) === kekId),
    current: async () => named(keyId),
    wrap: async (dek, { context }) => {
      const bytes = await asked(named(keyId), () => encrypt(dek, context, keyId));
      return { kekId: named(keyId), wrapped: bytes.toString("base64url") };
    },
    unwrap: async ({ kekId, wrapped }, { context }) => {
      const id = find(kekId);
      const bytes = fromBase64url(wrapped);
      return await asked(kekId, () => decrypt(bytes, context, id));
    },
    describe: async () =>
      await Promise.all(known.map(async (id): Promise<KeyDescription> => ({ id: named(id), state: await state(id) }))),
    disable: async (kekId) => {
      const id = find(kekId);
      if (id === keyId) throw new MortiseError("NOT_ALLOWED", `The key ${kekId} is the active one.`);
      if (!disable) throw new MortiseError("NOT_ALLOWED", `The key ${kekId} can only be disabled in ${place}.`);
      await asked(kekId, () => disable(id));
    },
  } satisfies KekProvider);
}

function refusal(failure: KmsFailure, kekId: string, place: string, nowMs: number, cause: unknown): MortiseError {
  if (failure.kind === "tampered") return new MortiseError("SECRET_TAMPERED", `${place} refused a data key.`, { cause });
  if (failure.kind === "refused") return keyRefused(kekId, `may not be used, says ${place}`);
  if (failure.kind === "throttled")
    return vaultUnavailable(`${place} limits the rate.`, { retryAtMs: nowMs + (failure.retryAfterMs ?? 1_000), cause });
  return vaultUnavailable(`${place} cannot be reached.`, { cause });
}
