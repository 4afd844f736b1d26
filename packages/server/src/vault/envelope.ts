import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { MortiseError } from "@mortise/contract";

/**
 * A sealed secret: AES-256-GCM (NIST SP 800-38D) under a data key of its own, which is wrapped by the deployment's key. Both carry the
 * owner as additional data, so that a row copied to another owner does not open.
 */
export interface Sealed {
  readonly v: 1;
  readonly alg: "A256GCM";
  readonly kekId: string;
  /** base64url of iv (12) ‖ ciphertext ‖ tag (16). */
  readonly wrappedKey: string;
  readonly text: string;
}

/** A key-encrypting key and its name. */
export interface WrappingKey {
  readonly id: string;
  readonly key: Buffer;
}

/** Whose secret it is; any other owner cannot open it. */
export interface SecretOwner {
  readonly tenant: string;
  readonly connection: string;
}

/** Seals text for its owner. */
export function seal(plain: string, owner: SecretOwner, wrapping: WrappingKey): Sealed {
  const aad = ownerBytes(owner);
  const dataKey = randomBytes(32);
  const sealed: Sealed = {
    v: 1,
    alg: "A256GCM",
    kekId: wrapping.id,
    wrappedKey: encrypt(dataKey, wrapping.key, aad),
    text: encrypt(Buffer.from(plain, "utf8"), dataKey, aad),
  };
  dataKey.fill(0);
  return sealed;
}

/** Opens a sealed secret. Throws `MISCONFIGURED` when key, owner or bytes are not those it was sealed with. */
export function open(sealed: Sealed, owner: SecretOwner, wrapping: WrappingKey): string {
  if (sealed.kekId !== wrapping.id) throw cannotOpen(owner, "it was sealed with another key");
  const aad = ownerBytes(owner);
  try {
    const dataKey = decrypt(sealed.wrappedKey, wrapping.key, aad);
    const plain = decrypt(sealed.text, dataKey, aad).toString("utf8");
    dataKey.fill(0);
    return plain;
  } catch (error) {
    throw cannotOpen(owner, "its bytes were changed or belong to another connection", error);
  }
}

/** Length-prefixed, so that no two owners have the same bytes. */
function ownerBytes({ tenant, connection }: SecretOwner): Buffer {
  return Buffer.concat(
    ["mortise.credential/1", tenant, connection].map((part) => {
      const bytes = Buffer.from(part, "utf8");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );
}

function encrypt(plain: Buffer, key: Buffer, aad: Buffer): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(aad);
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

function decrypt(text: string, key: Buffer, aad: Buffer): Buffer {
  const bytes = Buffer.from(text, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAAD(aad).setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
}

function cannotOpen({ connection }: SecretOwner, why: string, cause?: unknown): MortiseError {
  return new MortiseError("MISCONFIGURED", `The credential of connection "${connection}" cannot be opened: ${why}.`, {
    remedy: "Restore the deployment's key, or enter the credential again.",
    cause,
  });
}
