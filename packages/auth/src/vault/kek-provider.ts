import type { Binding } from "./secret-place.ts";

/**
 * `active` wraps and unwraps, `decrypt-only` unwraps, `disabled` does neither and can be enabled again, `destroyed` is gone for good.
 */
export type KeyState = "active" | "decrypt-only" | "disabled" | "destroyed";

/** One key-encrypting key, without its bytes. */
export interface KeyDescription {
  readonly id: string;
  readonly state: KeyState;
  /** Epoch ms; absent where the provider does not say. */
  readonly createdAtMs?: number;
}

/** A data key under a key-encrypting key. */
export interface WrappedDek {
  readonly kekId: string;
  /** The provider's own text; of local keys base64url of iv (12) ‖ ciphertext (32) ‖ tag (16). */
  readonly wrapped: string;
}

/**
 * Whatever holds the key-encrypting keys: a file, the environment, a Transit engine, a cloud KMS, a PKCS#11 token. Keys are looked up by
 * their id alone, never by trial. All methods throw `VAULT_UNAVAILABLE` where the provider does not answer (`retryAtMs` where it says until
 * when), `VAULT_KEY_REFUSED` for a key that it does not have or must not use.
 */
export interface KekProvider {
  readonly kind: string;
  /** Where the keys are, for people; no key bytes, no token. */
  readonly place: string;
  /** Of all its keys; `""` where the deployment names none. */
  readonly region: string;
  /** Whether unwrapping leaves the machine: only then unwrapped data keys are cached. */
  readonly remote: boolean;
  /** Whether a key of this id would be one of its own. */
  owns(kekId: string): Promise<boolean>;
  /** The id of the active key. */
  current(): Promise<string>;
  /** Wraps with the active key. */
  wrap(dek: Buffer, binding: Binding): Promise<WrappedDek>;
  /** Throws `SECRET_TAMPERED` where bytes or binding are not those that were wrapped. The caller fills the result with zeros after use. */
  unwrap(dek: WrappedDek, binding: Binding): Promise<Buffer>;
  describe(): Promise<readonly KeyDescription[]>;
  /** Makes a new active key; the one before becomes `decrypt-only`. Absent: keys are made elsewhere. Returns the new id. */
  rotate?(): Promise<string>;
  /** Throws `NOT_ALLOWED` for the active key, and where it can only be done elsewhere. */
  disable(kekId: string): Promise<void>;
  /** From `disabled` back to `decrypt-only`. Absent: it can only be done elsewhere. */
  enable?(kekId: string): Promise<void>;
  /** Throws away the bytes of a `disabled` key. The caller has made sure that nothing refers to it. Absent: it can only be done elsewhere. */
  destroy?(kekId: string): Promise<void>;
}
