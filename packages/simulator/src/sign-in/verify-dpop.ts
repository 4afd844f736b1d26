import { createHash, createPublicKey, type JsonWebKey } from "node:crypto";
import type { JsonObject } from "@mortise/contract";
import type { WireRequest } from "../wire-request.ts";
import type { IssuedSecrets } from "./issued.ts";
import { readJwt, verifies } from "./verify-jwt.ts";

/** The thumbprint of the key that a request proves to have, or why it proves none (RFC 9449 §4.3), the age of the proof aside. */
export function dpopKeyOf(
  request: WireRequest,
  issued: IssuedSecrets,
  accessToken?: string,
): { readonly key: string } | { readonly problem: string } {
  const jwt = readJwt(request.headers.dpop ?? "");
  if (jwt === undefined) return { problem: "the header DPoP holds no proof" };
  const { typ, alg, jwk } = jwt.header;
  const { htm, htu, jti, ath } = jwt.claims;
  if (typ !== "dpop+jwt" || typeof jwk !== "object" || jwk === null || typeof jti !== "string")
    return { problem: "the proof of the key is malformed" };
  if (!isSigned(jwt, String(alg), jwk as JsonObject)) return { problem: "the proof is signed with another key than its own" };
  const here = ["https", "http"].map((scheme) => `${scheme}://${request.host}${request.path}`);
  if (htm !== request.method || !here.includes(String(htu))) return { problem: "the proof is for another request" };
  const hash = accessToken === undefined ? undefined : createHash("sha256").update(accessToken).digest("base64url");
  if (hash !== undefined && ath !== hash) return { problem: "the proof is for another token" };
  if (issued.use(`dpop ${jti}`) > 0) return { problem: "the proof was used before" };
  return { key: thumbprint(jwk as JsonObject) };
}

function isSigned(jwt: Parameters<typeof verifies>[0], alg: string, jwk: JsonObject): boolean {
  try {
    return !alg.startsWith("HS") && verifies(jwt, alg, createPublicKey({ key: jwk as JsonWebKey, format: "jwk" }));
  } catch {
    return false;
  }
}

/** RFC 7638 §3.2 */
export function thumbprint(jwk: JsonObject): string {
  const names = jwk.kty === "EC" ? ["crv", "kty", "x", "y"] : jwk.kty === "RSA" ? ["e", "kty", "n"] : ["crv", "kty", "x"];
  const members = Object.fromEntries(names.map((name) => [name, jwk[name] ?? ""]));
  return createHash("sha256").update(JSON.stringify(members)).digest("base64url");
}
