import { createHash } from "node:crypto";
import { getPointer, type Json } from "@mortise/contract";
import { decodeJwt } from "jose/jwt/decode";

/**
 * Whose account an answer's ID token names (`iss` and `sub`, OpenID Connect Core 1.0 §2), as a digest: enough to tell whether it is the same
 * one. The token comes from the token endpoint itself, over TLS (§3.1.3.7). Undefined: there is none, or it names nobody.
 */
export function subjectOf(body: Json): string | undefined {
  const token = getPointer(body, "/id_token");
  if (typeof token !== "string") return undefined;
  try {
    const { iss, sub } = decodeJwt(token);
    return typeof sub === "string" && sub !== "" ? digest([iss ?? "", sub]) : undefined;
  } catch {
    return undefined;
  }
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
