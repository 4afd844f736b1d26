import { createHmac, sign } from "node:crypto";
import type { OAuth1Scheme } from "@mortise/contract";
import type { Credential } from "../../credential/credential.ts";
import { reveal } from "../../credential/reveal.ts";
import { encodeStrictly } from "../percent-encode.ts";
import { privateKeyOf } from "../private-key.ts";

/** Digest of each way to sign, with the key that the client has alone or shares. */
const WAYS: { readonly [way in OAuth1Scheme["signature"]]: readonly ["hmac" | "rsa" | "plain", string] } = Object.freeze({
  "HMAC-SHA1": ["hmac", "sha1"],
  "HMAC-SHA256": ["hmac", "sha256"],
  "RSA-SHA1": ["rsa", "sha1"],
  "RSA-SHA256": ["rsa", "sha256"],
  PLAINTEXT: ["plain", ""],
});

/**
 * `oauth_signature` (RFC 5849 §3.4): over `text` with the credential's keys; `tokenSecret` is that of the token which goes along, `""` without
 * one. Throws `AUTH_FAILED` for a key that is missing or does not fit.
 */
export function oauth1Signature(
  way: OAuth1Scheme["signature"],
  text: string,
  credential: Credential,
  tokenSecret: string,
): string {
  const [kind, digest] = WAYS[way];
  if (kind === "rsa") return sign(digest, Buffer.from(text), privateKeyOf(credential, "privateKey", "rsa")).toString("base64");
  const key = `${encodeStrictly(reveal(credential, "consumerSecret"))}&${encodeStrictly(tokenSecret)}`;
  return kind === "plain" ? key : createHmac(digest, key).update(text).digest("base64");
}
