import { constants, createHash, createHmac, createPrivateKey, type KeyObject, sign as signBytes } from "node:crypto";
import { bytes, written } from "./bytes.ts";
import { HostRefusal } from "./host-refusal.ts";

const HASHES: ReadonlySet<unknown> = new Set(["md5", "sha1", "sha256", "sha384", "sha512"]);
const MAX_PEM_LENGTH = 16_384;
/** Signing with a longer one takes long, and nothing can stop it meanwhile. */
const MAX_RSA_BITS = 8_192;

/** `hash(algorithm, data, encoding?)`. */
export function hash([algorithm, data, encoding]: readonly unknown[]): string {
  return written(createHash(hashName(algorithm)).update(bytes(data)).digest(), encoding);
}

/** `hmac(algorithm, key, data, encoding?)` (RFC 2104). */
export function hmac([algorithm, key, data, encoding]: readonly unknown[]): string {
  return written(createHmac(hashName(algorithm), bytes(key)).update(bytes(data)).digest(), encoding);
}

/**
 * `sign(algorithm, pem, data, encoding?)`: RS256, PS256, ES256 (RFC 7518 §3.3 to 3.5; the signature of ES256 is R and S, 64 bytes) and
 * EdDSA (RFC 8037 §3.1, Ed25519 only).
 */
export function sign([algorithm, pem, data, encoding]: readonly unknown[]): string {
  const key = privateKey(pem);
  switch (algorithm) {
    case "RS256":
      return written(signBytes("sha256", bytes(data), rsa(key)), encoding);
    case "PS256": {
      const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
      return written(signBytes("sha256", bytes(data), { key: rsa(key), padding, saltLength }), encoding);
    }
    case "ES256": {
      if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new HostRefusal("KEY");
      return written(signBytes("sha256", bytes(data), { key, dsaEncoding: "ieee-p1363" }), encoding);
    }
    case "EdDSA":
      if (key.asymmetricKeyType !== "ed25519") throw new HostRefusal("KEY");
      return written(signBytes(null, bytes(data), key), encoding);
    default:
      throw new HostRefusal("ALGORITHM");
  }
}

function hashName(algorithm: unknown): string {
  if (typeof algorithm === "string" && HASHES.has(algorithm)) return algorithm;
  throw new HostRefusal("ALGORITHM");
}

function privateKey(pem: unknown): KeyObject {
  if (typeof pem !== "string" || pem.length > MAX_PEM_LENGTH) throw new HostRefusal("KEY");
  try {
    return createPrivateKey(pem);
  } catch {
    throw new HostRefusal("KEY");
  }
}

function rsa(key: KeyObject): KeyObject {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? Number.POSITIVE_INFINITY;
  if (key.asymmetricKeyType !== "rsa" || bits > MAX_RSA_BITS) throw new HostRefusal("KEY");
  return key;
}
