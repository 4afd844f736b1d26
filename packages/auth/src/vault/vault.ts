import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from "node:crypto";
import { isMortiseError } from "@mortise/contract";
import { decryptGcm, encryptGcm, fromBase64url, unpackGcm } from "./aes-gcm.ts";
import { DekCache, type DekCacheOptions } from "./dek-cache.ts";
import type { KekProvider, WrappedDek } from "./kek-provider.ts";
import { keyRefused, tampered } from "./refusals.ts";
import { type FirstFormatSecret, kekIdOf, type SealedSecret, type StoredSecret } from "./sealed-secret.ts";
import { type Binding, bindingOf, firstFormatBinding, type SecretPlace } from "./secret-place.ts";

/** Options of {@link Vault}. */
export interface VaultOptions extends DekCacheOptions {
  readonly keys: KekProvider;
}

/**
 * Seals and opens secrets: envelope encryption, bound to their place.
 *
 * Owns: unwrapped data keys, for 60 s and only of remote providers.
 * Does not own: key-encrypting keys (KekProvider), where records are kept, which version is the newest.
 * Invariants:
 *   V1. Every sealing has a data key of its own, so that no key ever encrypts two messages.
 *   V2. A record opens at the place that it was sealed for and nowhere else; data key and text are bound to it both.
 *   V3. Keys are found by id alone, and a data key is the one that was used: its check value says so.
 *   V4. A new wrapping changes the wrapped key alone, and only after the key in it has passed its check.
 *   V5. Buffers with key bytes are filled with zeros after use; key objects are wiped by OpenSSL when they are collected. Plaintext is a
 *       string of JavaScript, which cannot be wiped.
 */
export class Vault {
  readonly keys: KekProvider;
  readonly #cache: DekCache;

  constructor({ keys, ...cache }: VaultOptions) {
    this.keys = keys;
    this.#cache = new DekCache(cache);
  }

  /** Seals text for its place. Throws `VAULT_UNAVAILABLE`, `VAULT_KEY_REFUSED`. */
  async seal(plain: string, place: SecretPlace): Promise<SealedSecret> {
    this.#checkRegion(place);
    const binding = bindingOf(place);
    const dek = randomBytes(32);
    const bytes = Buffer.from(plain, "utf8");
    try {
      const wrapped = await this.keys.wrap(dek, binding);
      const key = createSecretKey(dek);
      const { iv, ciphertext, tag } = encryptGcm(bytes, key, binding.bytes);
      if (this.keys.remote) this.#cache.put(wrapped, binding, dek);
      return {
        v: 2,
        alg: "A256GCM",
        kek_id: wrapped.kekId,
        wrapped_dek: wrapped.wrapped,
        iv: iv.toString("base64url"),
        ct: ciphertext.toString("base64url"),
        tag: tag.toString("base64url"),
        secret_version: place.version,
        check: checkValue(key, binding),
      };
    } finally {
      dek.fill(0);
      bytes.fill(0);
    }
  }

  /** Opens a record. Throws `SECRET_TAMPERED`, `VAULT_KEY_REFUSED`, `VAULT_UNAVAILABLE`. */
  async open(sealed: StoredSecret, place: SecretPlace): Promise<string> {
    this.#checkRegion(place);
    checkShape(sealed, place);
    return sealed.v === 1 ? await this.#openFirstFormat(sealed, place) : await this.#openSealed(sealed, place);
  }

  /** Wraps the data key anew with the active key; a record of the first format is sealed anew. Throws as {@link Vault.open} does. */
  async rewrap(sealed: StoredSecret, place: SecretPlace): Promise<SealedSecret> {
    this.#checkRegion(place);
    checkShape(sealed, place);
    if (sealed.v === 1) return await this.seal(await this.#openFirstFormat(sealed, place), place);
    const binding = bindingOf(place);
    const { dek } = await this.#dek(sealed, place, binding);
    try {
      const { kekId, wrapped } = await this.keys.wrap(dek, binding);
      return { ...sealed, kek_id: kekId, wrapped_dek: wrapped };
    } finally {
      dek.fill(0);
    }
  }

  /** Forgets unwrapped keys of one connection; without one, all. */
  forget(tenant?: string, connection?: string): void {
    this.#cache.clear(tenant, connection);
  }

  async #openSealed(sealed: SealedSecret, place: SecretPlace): Promise<string> {
    const binding = bindingOf(place);
    const { dek, key } = await this.#dek(sealed, place, binding);
    dek.fill(0);
    try {
      const message = { iv: fromBase64url(sealed.iv), ciphertext: fromBase64url(sealed.ct), tag: fromBase64url(sealed.tag) };
      return text(decryptGcm(message, key, binding.bytes));
    } catch (error) {
      throw tampered(place, "its bytes were changed or belong to another place", error);
    }
  }

  async #openFirstFormat(sealed: FirstFormatSecret, place: SecretPlace): Promise<string> {
    const binding = firstFormatBinding(place);
    const dek = await this.#unwrap({ kekId: sealed.kekId, wrapped: sealed.wrappedKey }, place, binding);
    try {
      return text(decryptGcm(unpackGcm(sealed.text), createSecretKey(dek), binding.bytes));
    } catch (error) {
      throw tampered(place, "its bytes were changed or belong to another place", error);
    } finally {
      dek.fill(0);
    }
  }

  /** The data key of a record, checked. The caller fills the bytes with zeros. */
  async #dek(sealed: SealedSecret, place: SecretPlace, binding: Binding): Promise<{ dek: Buffer; key: KeyObject }> {
    const dek = await this.#unwrap({ kekId: sealed.kek_id, wrapped: sealed.wrapped_dek }, place, binding);
    const key = dek.length === 32 ? createSecretKey(dek) : undefined;
    if (key && sameText(checkValue(key, binding), sealed.check)) return { dek, key };
    dek.fill(0);
    throw tampered(place, "its data key is not the one that it was sealed with");
  }

  async #unwrap(wrapped: WrappedDek, place: SecretPlace, binding: Binding): Promise<Buffer> {
    const known = this.keys.remote ? this.#cache.get(wrapped, binding) : undefined;
    if (known) return known;
    try {
      const dek = await this.keys.unwrap(wrapped, binding);
      if (this.keys.remote) this.#cache.put(wrapped, binding, dek);
      return dek;
    } catch (error) {
      if (isMortiseError(error) && error.code !== "SECRET_TAMPERED") throw error;
      throw tampered(place, "its data key was changed or belongs to another place", error);
    }
  }

  /** A place without a region is bound to none: it was made before the deployment named one. */
  #checkRegion({ region }: SecretPlace): void {
    if (region === "" || region === this.keys.region) return;
    throw keyRefused(
      this.keys.place,
      `is of region "${this.keys.region}", and the secret of region "${region}"`,
      "Open it in the region that it belongs to.",
    );
  }
}

/** The one who writes to the database may have written anything. */
function checkShape(sealed: StoredSecret, place: SecretPlace): void {
  const known = (sealed?.v === 1 || sealed?.v === 2) && sealed.alg === "A256GCM";
  const texts = known
    ? sealed.v === 1
      ? [sealed.kekId, sealed.wrappedKey, sealed.text]
      : [sealed.kek_id, sealed.wrapped_dek, sealed.iv, sealed.ct, sealed.tag, sealed.check]
    : [undefined];
  if (texts.some((part) => typeof part !== "string")) throw tampered(place, "the record is of no format that is known");
  if (sealed.v === 2 && sealed.secret_version !== place.version)
    throw tampered(place, `it is version ${String(sealed.secret_version)}, where version ${place.version} was expected`);
  if (kekIdOf(sealed) === "") throw tampered(place, "it names no key");
}

function checkValue(key: KeyObject, { bytes }: Binding): string {
  return createHmac("sha256", key).update("mortise.dek-check/1").update(bytes).digest("base64url");
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, "utf8"), Buffer.from(b, "utf8")];
  return left.length === right.length && timingSafeEqual(left, right);
}

function text(bytes: Buffer): string {
  const plain = bytes.toString("utf8");
  bytes.fill(0);
  return plain;
}
