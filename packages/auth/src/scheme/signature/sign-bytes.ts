import { createHash, createHmac, sign } from "node:crypto";
import { MortiseError, type RequestSignature } from "@mortise/contract";
import type { Credential } from "../../credential/credential.ts";
import { privateKeyOf } from "../private-key.ts";

type Algorithm = RequestSignature["algorithm"];

/** What signs: the digest, and the kind of key. */
const WAYS: { readonly [algorithm in Algorithm]: readonly ["hmac" | "digest" | "rsa" | "ec" | "ed25519", string] } =
  Object.freeze({
    "hmac-sha1": ["hmac", "sha1"],
    "hmac-sha256": ["hmac", "sha256"],
    "hmac-sha512": ["hmac", "sha512"],
    "hmac-md5": ["hmac", "md5"],
    sha1: ["digest", "sha1"],
    sha256: ["digest", "sha256"],
    sha512: ["digest", "sha512"],
    md5: ["digest", "md5"],
    "rsa-sha256": ["rsa", "sha256"],
    "ecdsa-sha256": ["ec", "sha256"],
    ed25519: ["ed25519", ""],
  });

/**
 * Signs bytes with a key of the credential: RSA as PKCS #1 v1.5 (RFC 8017 §8.2), ECDSA as DER (RFC 3279 §2.2.3), Ed25519 (RFC 8032). Plain
 * digests take no key. Throws `AUTH_FAILED` for a key that is missing or does not fit, `MISCONFIGURED` where the contract names none.
 */
export function signBytes(spec: RequestSignature, bytes: Buffer, credential: Credential): Buffer {
  const [way, digest] = WAYS[spec.algorithm];
  if (way === "digest") return createHash(digest).update(bytes).digest();
  const field = spec.key;
  if (field === undefined) {
    throw new MortiseError("MISCONFIGURED", `The contract does not say which field is the key of ${spec.algorithm}.`);
  }
  const text = credential[field]?.reveal() ?? "";
  if (text === "") throw unfit(field, "is missing");
  if (way === "hmac")
    return createHmac(digest, sharedKey(text, field, spec.keyEncoding ?? "utf8"))
      .update(bytes)
      .digest();
  const key = privateKeyOf(credential, field, way, spec.keyEncoding);
  return sign(way === "ed25519" ? null : digest, bytes, key);
}

function sharedKey(text: string, field: string, encoding: "utf8" | "hex" | "base64"): Buffer {
  const bytes = Buffer.from(text, encoding);
  const isRead = encoding !== "hex" || bytes.length * 2 === text.length;
  if (bytes.length > 0 && isRead) return bytes;
  throw unfit(field, `is no ${encoding} text`);
}

function unfit(field: string, problem: string): MortiseError {
  return new MortiseError("AUTH_FAILED", `The credential's ${field} ${problem}.`, { path: `/credential/${field}` });
}
