import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { JsonObject } from "@mortise/contract";
import { privateKeyPem } from "./private-key.ts";

/** The end of everything that says when it ends: 2100-01-01, in s. */
export const END_S = 4_102_444_800;

/** When everything began that says so: 2026-01-01, in s. */
export const BEGIN_S = 1_767_225_600;

/** A token that says itself when it ends (RFC 7519 §4.1.4); nobody but its vendor verifies it, so its signature is a word. */
export const jwtText = (text: string): string =>
  [encoded({ alg: "RS256", typ: "at+jwt" }), encoded({ jti: text, exp: END_S }), "simulated"].join(".");

/** An ID token (OpenID Connect Core 1.0 §2), signed with ES256. */
export function idToken(claims: JsonObject, accessToken: string): string {
  const hash = createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");
  const signed = `${encoded({ alg: "ES256", typ: "JWT", kid: KEY_ID })}.${encoded({ ...claims, at_hash: hash })}`;
  const key = createPrivateKey(privateKeyPem("P-256"));
  return `${signed}.${sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

/** The keys that verify ID tokens (RFC 7517 §5). */
export function publicKeys(): JsonObject {
  const jwk = createPublicKey(privateKeyPem("P-256")).export({ format: "jwk" }) as JsonObject;
  return { keys: [{ ...jwk, kid: KEY_ID, use: "sig", alg: "ES256" }] };
}

const KEY_ID = "simulated";

const encoded = (object: JsonObject): string => Buffer.from(JSON.stringify(object)).toString("base64url");
