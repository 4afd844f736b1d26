/** A secret under a data key of its own, which a key-encrypting key wraps. Bytes are base64url (RFC 4648, section 5). */
export interface SealedSecret {
  readonly v: 2;
  readonly alg: "A256GCM";
  readonly kek_id: string;
  /** As its provider gives it; of local keys iv (12) ‖ ciphertext (32) ‖ tag (16). */
  readonly wrapped_dek: string;
  /** 12 bytes. */
  readonly iv: string;
  readonly ct: string;
  /** 16 bytes. */
  readonly tag: string;
  readonly secret_version: number;
  /** HMAC-SHA-256 of the data key over the place: GCM does not commit to its key, this does. */
  readonly check: string;
}

/** The format before: additional data of tenant and connection alone. It opens, and is sealed anew at the next write or rotation. */
export interface FirstFormatSecret {
  readonly v: 1;
  readonly alg: "A256GCM";
  readonly kekId: string;
  /** base64url of iv (12) ‖ ciphertext ‖ tag (16). */
  readonly wrappedKey: string;
  readonly text: string;
}

/** What a row may hold. */
export type StoredSecret = SealedSecret | FirstFormatSecret;

/** The id of the key that a stored secret needs. */
export function kekIdOf(sealed: StoredSecret): string {
  return sealed.v === 1 ? sealed.kekId : sealed.kek_id;
}

/** What tells one sealing from another; `""` for the first format, which has none. A new wrapping keeps it. */
export function checkOf(sealed: StoredSecret): string {
  return sealed.v === 1 ? "" : sealed.check;
}
