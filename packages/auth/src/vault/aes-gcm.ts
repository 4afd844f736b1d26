import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** One message under AES-256-GCM (NIST SP 800-38D). */
export interface GcmMessage {
  /** 12 random bytes. */
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  /** 16 bytes. */
  readonly tag: Buffer;
}

/** Encrypts with a new random iv. A key object is several times as fast as bytes, which Node looks at for long every time. */
export function encryptGcm(plain: Buffer, key: KeyObject, aad: Buffer): GcmMessage {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES }).setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { iv, ciphertext, tag: cipher.getAuthTag() };
}

/** Decrypts. Throws where key, bytes or additional data are others, and where iv or tag are shorter than they have to be. */
export function decryptGcm({ iv, ciphertext, tag }: GcmMessage, key: KeyObject, aad: Buffer): Buffer {
  if (iv.length !== IV_BYTES || tag.length !== TAG_BYTES) throw new RangeError("The iv or the tag has another length.");
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES }).setAAD(aad).setAuthTag(tag);
  const first = decipher.update(ciphertext);
  try {
    return Buffer.concat([first, decipher.final()]);
  } finally {
    first.fill(0);
  }
}

/** iv ‖ ciphertext ‖ tag in base64url. */
export function packGcm({ iv, ciphertext, tag }: GcmMessage): string {
  return Buffer.concat([iv, ciphertext, tag]).toString("base64url");
}

/** The parts of {@link packGcm}. Throws `RangeError` for text that is not exactly what packing gives. */
export function unpackGcm(text: string): GcmMessage {
  const bytes = fromBase64url(text);
  if (bytes.length < IV_BYTES + TAG_BYTES) throw new RangeError("The message is too short.");
  return {
    iv: bytes.subarray(0, IV_BYTES),
    ciphertext: bytes.subarray(IV_BYTES, -TAG_BYTES),
    tag: bytes.subarray(-TAG_BYTES),
  };
}

/** Bytes of canonical base64url (RFC 4648, section 5). Throws `RangeError` for anything that decoders only tolerate. */
export function fromBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw new RangeError("The text is not base64url.");
  return bytes;
}
