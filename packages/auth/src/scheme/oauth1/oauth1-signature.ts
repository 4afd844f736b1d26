import { createHmac, createPrivateKey, sign } from "node:crypto";
import { MortiseError, type OAuth1Scheme } from "@mortise/contract";
import type { Credential } from "../../credential/credential.ts";
import { reveal } from "../../credential/reveal.ts";
import { encodeStrictly } from "../percent-encode.ts";

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
  if (kind === "rsa") return rsaSignature(digest, text, reveal(credential, "privateKey"), credential.passphrase?.reveal());
  const key = `${encodeStrictly(reveal(credential, "consumerSecret"))}&${encodeStrictly(tokenSecret)}`;
  return kind === "plain" ? key : createHmac(digest, key).update(text).digest("base64");
}

function rsaSignature(digest: string, text: string, pem: string, passphrase: string | undefined): string {
  try {
    const key = createPrivateKey({ key: pem, format: "pem", ...(passphrase === undefined ? {} : { passphrase }) });
    if (key.asymmetricKeyType !== "rsa") throw new Error("another kind of key");
    return sign(digest, Buffer.from(text), key).toString("base64");
  } catch {
    throw new MortiseError("AUTH_FAILED", "The credential's privateKey is no RSA key in PEM.", {
      path: "/credential/privateKey",
    });
  }
}
