import { createSecretKey, randomBytes } from "node:crypto";
import type { FirstFormatSecret } from "../../src/index.ts";
import { encryptGcm, packGcm } from "../../src/vault/aes-gcm.ts";
import { localKeyId } from "../../src/vault/local-keys.ts";
import { firstFormatBinding } from "../../src/vault/secret-place.ts";

/** Seals as the first versions did. */
export function sealFirstFormat(
  plain: string,
  owner: { readonly tenant: string; readonly connection: string },
  key: Buffer,
): FirstFormatSecret {
  const { bytes } = firstFormatBinding(owner);
  const dek = randomBytes(32);
  return {
    v: 1,
    alg: "A256GCM",
    kekId: localKeyId(key),
    wrappedKey: packGcm(encryptGcm(dek, createSecretKey(key), bytes)),
    text: packGcm(encryptGcm(Buffer.from(plain, "utf8"), createSecretKey(dek), bytes)),
  };
}
