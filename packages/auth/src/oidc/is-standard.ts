import type { OAuth2Scheme } from "@mortise/contract";

/** What only vendors with ways of their own need; a scheme with one of these is written by the contract, not by the standard. */
const OWN_WAYS = [
  "grantType",
  "tokenHeaders",
  "rename",
  "authorizeFragment",
  "omitEmpty",
  "noEncode",
  "codeParam",
  "codeFrom",
  "accessToken",
  "refreshToken",
  "signTokenRequest",
  "steps",
  "afterToken",
] as const satisfies readonly (keyof OAuth2Scheme)[];

/** Whether a provider keeps to OAuth 2.0 and OpenID Connect in all that a scheme says: it has an issuer, and nothing is written differently. */
export function isStandard(scheme: OAuth2Scheme): boolean {
  const { issuer, scopeSeparator = " ", tokenMethod = "POST", tokenBody = "form", clientAuth } = scheme;
  if (issuer === undefined || scheme.grant === "implicit" || scheme.grant === "vendor") return false;
  if (scopeSeparator !== " " || tokenMethod !== "POST" || tokenBody !== "form" || clientAuth === "basic_secret_only")
    return false;
  return OWN_WAYS.every((way) => scheme[way] === undefined || scheme[way] === false);
}
