import { randomUUID } from "node:crypto";
import type { JwtAssertion, OAuth2Scheme } from "@mortise/contract";
import { reveal } from "../credential/reveal.ts";
import { type JwtDescription, signJwt } from "../jwt/sign-jwt.ts";
import type { TokenQuery } from "../tokens/request-token.ts";

const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * The parameters by which a client proves itself with a JWT of its own (RFC 7523 §2.2, OpenID Connect Core 1.0 §9): `iss` and `sub` are the
 * client, `aud` the issuer where the contract names one and the token endpoint elsewhere, all unless `clientAssertion` says others. Throws
 * `AUTH_FAILED` for a key that does not fit, `MISCONFIGURED`.
 */
export async function clientAssertion(
  query: Pick<TokenQuery, "scheme" | "credential" | "settings" | "nowMs">,
  audience: string,
): Promise<{ readonly [parameter: string]: string }> {
  const { scheme, credential, settings, nowMs } = query;
  const clientId = reveal(credential, "clientId");
  const claims = { iss: clientId, sub: clientId, aud: audience };
  const parts = { credential, settings, nowMs, uuid: randomUUID, claims };
  return {
    client_id: clientId,
    client_assertion_type: TYPE,
    client_assertion: await signJwt(descriptionOf(scheme), parts),
  };
}

/** Compiled once a scheme. */
const descriptions = new WeakMap<OAuth2Scheme, JwtDescription>();

/** The shared secret signs by HS256 where the contract names no algorithm; a private key by what it is made for. */
function descriptionOf(scheme: OAuth2Scheme): JwtDescription {
  const shared: Partial<JwtAssertion> = scheme.clientAuth === "client_secret_jwt" ? { alg: "HS256", key: "clientSecret" } : {};
  const known = descriptions.get(scheme) ?? { claims: {}, ...shared, ...scheme.clientAssertion };
  descriptions.set(scheme, known);
  return known;
}
