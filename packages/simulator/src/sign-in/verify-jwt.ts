import { constants, createHmac, createPrivateKey, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { Json, JsonObject, JwtAssertion } from "@mortise/contract";

/** A JWT in its parts (RFC 7515 §3.1). */
export interface Jwt {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signed: string;
  readonly signature: Buffer;
}

/** Which key of a credential signed, as `JwtAssertion` says. */
export type JwtKey = Partial<Pick<JwtAssertion, "alg" | "key" | "keyEncoding">>;

/** Reads a JWT without verifying it. Undefined: it is none. */
export function readJwt(text: string): Jwt | undefined {
  const [header = "", claims = "", signature = "", ...rest] = text.split(".");
  const parts = [objectIn(header), objectIn(claims)];
  const [first, second] = parts;
  if (first === undefined || second === undefined || signature === "" || rest.length > 0) return undefined;
  return { header: first, claims: second, signed: `${header}.${claims}`, signature: Buffer.from(signature, "base64url") };
}

/** Why a JWT is not one that a credential's key signed. Undefined: it is. Its end must lie behind its beginning; the time now is not looked at. */
export function jwtProblem(text: string, choice: JwtKey, credential: { readonly [field: string]: string }): string | undefined {
  const jwt = readJwt(text);
  if (jwt === undefined) return "it is no JWT";
  const alg = String(jwt.header.alg);
  if (choice.alg !== undefined && choice.alg !== alg) return `the JWT is signed with ${alg}, not ${choice.alg}`;
  const field = choice.key ?? (alg.startsWith("HS") ? "clientSecret" : "privateKey");
  if (!isSigned(jwt, alg, credential[field] ?? "", choice.keyEncoding)) return "another key signed the JWT";
  const { iat, exp } = jwt.claims;
  const isOver = typeof exp === "number" && typeof iat === "number" && exp <= iat;
  return isOver ? "the JWT ends before it begins" : undefined;
}

function isSigned(jwt: Jwt, alg: string, key: string, encoding: JwtAssertion["keyEncoding"] = "utf8"): boolean {
  const bits = alg.slice(-3);
  if (alg.startsWith("HS"))
    return createHmac(`sha${bits}`, Buffer.from(key, encoding)).update(jwt.signed).digest().equals(jwt.signature);
  const open = publicKey(key);
  return open !== undefined && verifies(jwt, alg, open);
}

/** Whether a public key verifies a JWT (RFC 7518 §3.1, RFC 8037 §3.1). */
export function verifies({ signed, signature }: Jwt, alg: string, key: KeyObject): boolean {
  const data = Buffer.from(signed);
  const digest = alg === "EdDSA" ? null : `sha${alg.slice(-3)}`;
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  const options = alg.startsWith("ES") ? { dsaEncoding: "ieee-p1363" as const } : alg.startsWith("PS") ? padding : {};
  try {
    return verify(digest, data, { key, ...options }, signature);
  } catch {
    return false;
  }
}

/** The public half of a private key in PEM or JWK, line breaks written out or not. Undefined: it is none. */
export function publicKey(text: string, passphrase?: string): KeyObject | undefined {
  try {
    if (text.trim().startsWith("{")) return createPublicKey(createPrivateKey({ key: JSON.parse(text), format: "jwk" }));
    const key = text.replaceAll("\\n", "\n");
    return createPublicKey(createPrivateKey({ key, format: "pem", ...(passphrase === undefined ? {} : { passphrase }) }));
  } catch {
    return undefined;
  }
}

function objectIn(part: string): JsonObject | undefined {
  try {
    const found = JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Json;
    return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
