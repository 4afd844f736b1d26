import { createHash } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import { decodeProtectedHeader } from "jose/decode/protected_header";
import { decodeJwt } from "jose/jwt/decode";

/**
 * Checks that an ID token speaks of the access token beside it (OpenID Connect Core 1.0 §3.1.3.8 `at_hash`, which a provider may leave out).
 * Throws `AUTH_FAILED` where it speaks of another one.
 */
export function checkAccessTokenHash(idToken: string, accessToken: string): void {
  const said = decodeJwt(idToken).at_hash;
  if (said === undefined) return;
  const digest = createHash(hashOf(decodeProtectedHeader(idToken).alg ?? ""))
    .update(accessToken)
    .digest();
  if (said === digest.subarray(0, digest.length / 2).toString("base64url")) return;
  throw new MortiseError("AUTH_FAILED", "The ID token speaks of another access token than the one beside it (at_hash).", {
    remedy: "Connect again; where that does not help, the provider does not keep to the standard.",
  });
}

/** That of the algorithm which signs the ID token; of EdDSA with Ed25519 SHA-512 (RFC 8032 §5.1). */
function hashOf(alg: string): "sha256" | "sha384" | "sha512" {
  if (alg.endsWith("512") || alg.startsWith("Ed")) return "sha512";
  return alg.endsWith("384") ? "sha384" : "sha256";
}
