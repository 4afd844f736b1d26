import { createHash, X509Certificate } from "node:crypto";
import { type CompiledValue, compileValue } from "@mortise/builders";
import { type Json, type JsonObject, type JwtAssertion, MortiseError, parseDuration } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import { signingKey } from "./signing-key.ts";

/** What a JWT is made of beside its description. */
export interface JwtParts {
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
  readonly nowMs: number;
  /** A new one for each JWT (RFC 7519 §4.1.7 `jti`). */
  readonly uuid: () => string;
  /** Claims that stand where the description says no others. Absent: none. */
  readonly claims?: JsonObject;
}

/** `alg` absent: what the key is made for. */
export type JwtDescription = Omit<JwtAssertion, "alg"> & Partial<Pick<JwtAssertion, "alg">>;

const LIFETIME_MS = 60_000;

const compiled = new WeakMap<JwtDescription, { readonly header: CompiledValue; readonly claims: CompiledValue }>();

/**
 * Makes and signs a JWT (RFC 7519, RFC 7515 §3.1). Header: `alg`, `typ`, `kid` where the key has one, and what the description says; claims:
 * `iat`, `exp`, `jti` unless the description says others. Values see `credential`, `settings`, `nowMs`, and `certificateSha256`, the thumbprint
 * of the credential's `certificate` (RFC 7515 §4.1.8 `x5t#S256`). Throws `AUTH_FAILED` for a key that does not fit, `MISCONFIGURED`.
 */
export async function signJwt(assertion: JwtDescription, parts: JwtParts): Promise<string> {
  const { credential, settings, nowMs, uuid } = parts;
  const { alg, key, kid } = signingKey(credential, assertion);
  const { header, claims } = compile(assertion);
  const scope = { credential: revealed(credential), settings, nowMs, ...thumbprint(credential) };
  const issuedAt = Math.floor(nowMs / 1_000);
  const payload = withoutNulls({
    iat: issuedAt,
    exp: issuedAt + Math.ceil(lifetimeOf(assertion) / 1_000),
    jti: uuid(),
    ...parts.claims,
    ...record(claims.evaluate(scope), "claims"),
  });
  const parameters = { typ: "JWT", ...(kid === undefined ? {} : { kid }), ...record(header.evaluate(scope), "header") };
  const { SignJWT } = await import("jose");
  try {
    return await new SignJWT(payload).setProtectedHeader({ ...withoutNulls(parameters), alg }).sign(key);
  } catch (cause) {
    const field = assertion.key ?? (alg.startsWith("HS") ? "clientSecret" : "privateKey");
    throw new MortiseError("AUTH_FAILED", `The credential's ${field} is no key that signs with ${alg}.`, {
      path: `/credential/${field}`,
      cause,
    });
  }
}

function compile(assertion: JwtDescription) {
  const known = compiled.get(assertion);
  if (known !== undefined) return known;
  const fresh = { header: compileValue(assertion.header ?? {}), claims: compileValue(assertion.claims) };
  compiled.set(assertion, fresh);
  return fresh;
}

function lifetimeOf({ lifetime }: JwtDescription): number {
  const saidMs = lifetime === undefined ? LIFETIME_MS : parseDuration(lifetime);
  if (saidMs !== undefined) return saidMs;
  throw new MortiseError("MISCONFIGURED", `The lifetime of an assertion is no duration: ${JSON.stringify(lifetime)}.`);
}

function thumbprint({ certificate }: Credential): { readonly certificateSha256?: string } {
  if (certificate === undefined) return {};
  try {
    const { raw } = new X509Certificate(certificate.reveal());
    return { certificateSha256: createHash("sha256").update(raw).digest("base64url") };
  } catch {
    throw new MortiseError("AUTH_FAILED", "The credential's certificate is no X.509 certificate in PEM.", {
      path: "/credential/certificate",
    });
  }
}

function revealed(credential: Credential): { readonly [field: string]: string } {
  return Object.fromEntries(Object.entries(credential).map(([name, secret]) => [name, secret.reveal()]));
}

function record(value: Json, what: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new MortiseError("MISCONFIGURED", `The ${what} of an assertion did not come to an object.`);
}

/** What the description takes away by saying null. */
function withoutNulls(parameters: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(parameters).filter(([, part]) => part !== null));
}
