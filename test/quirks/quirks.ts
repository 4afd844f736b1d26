/** One way in which real OAuth 2.0 providers differ from the standard, and what a contract says about it. */
export interface Quirk {
  readonly name: string;
  /** Keys of the contract's `oauth2` scheme, dotted; those of lists' entries as if there were no list. */
  readonly keys: readonly string[];
  /** How many of the 981 public providers that were counted, 344 of them with an authorization code. */
  readonly providers: string;
}

/** The thirty of them, by number. */
export const QUIRKS: { readonly [number: number]: Quirk } = Object.freeze({
  1: { name: "Parameters of the authorize URL", keys: ["authorizeParams"], providers: "294" },
  2: { name: "Parameters of the token request", keys: ["tokenParams"], providers: "not counted" },
  3: {
    name: "Parameters of the refresh",
    keys: ["refreshParams"],
    providers: "200 of 344; the other 144 send those of the token request",
  },
  4: {
    name: "How the client proves itself",
    keys: ["clientAuth", "clientAssertion"],
    providers: "99: Basic 91, TLS 5, a JWT 1, others 2",
  },
  5: {
    name: "Form of the token request's body, and headers",
    keys: ["tokenBody", "tokenHeaders"],
    providers: "107: JSON 46, query 3, XML 1, headers 57",
  },
  6: { name: "Method of the token request", keys: ["tokenMethod"], providers: "7" },
  7: { name: "An address of its own for the refresh", keys: ["refreshUrl"], providers: "17" },
  8: { name: "Proof key off, or plain", keys: ["pkce"], providers: "86 of 344" },
  9: {
    name: "What parts scopes, and how they are written",
    keys: ["scopeSeparator", "noEncode"],
    providers: "32: comma 27, plus 3, not encoded 2",
  },
  10: { name: "Parameters by other names, or refused", keys: ["rename.authorize", "rename.token"], providers: "not counted" },
  11: { name: "Parameters in the fragment", keys: ["authorizeFragment"], providers: "2" },
  12: { name: "Empty parameters left out, others not encoded", keys: ["omitEmpty", "noEncode"], providers: "7: 4 and 3" },
  13: { name: "The code under another name, or by a delivery", keys: ["codeParam", "codeFrom"], providers: "not counted" },
  14: { name: "What the redirect tells", keys: ["keep.from.redirect"], providers: "23" },
  15: { name: "What the token answer tells", keys: ["keep.from.body", "keep.from.header"], providers: "34" },
  16: { name: "Addresses with holes", keys: ["tokenUrl", "authorizeUrl"], providers: "323: token 75, authorize 76, API 323" },
  17: { name: "The token elsewhere in the answer", keys: ["accessToken", "refreshToken"], providers: "not counted" },
  18: {
    name: "Where the end of a token is found",
    keys: ["expiry.from", "expiry.unit", "expiry.at", "expiry.ttl"],
    providers: "fixed 10, introspection 5, the others not counted",
  },
  19: { name: "How early a token is replaced", keys: ["margin"], providers: "not counted" },
  20: {
    name: "What becomes of refresh tokens",
    keys: ["rotation", "expiry.refreshAt", "expiry.refreshTtl", "expiry.idle"],
    providers: "not counted",
  },
  21: { name: "A new token without a refresh token", keys: ["refreshMode"], providers: "not counted" },
  22: { name: "Scopes by default and always", keys: ["requiredScopes", "defaultScopes", "grantedScopes"], providers: "70" },
  23: {
    name: "The grant",
    keys: ["grant", "grantType"],
    providers: "124 besides the code: client 113, password 5, JWT 5, SAML 1",
  },
  24: { name: "Tokens in several steps", keys: ["steps", "afterToken"], providers: "63" },
  25: { name: "Signed token requests", keys: ["signTokenRequest"], providers: "not counted" },
  26: { name: "A second set of tokens", keys: ["second"], providers: "not counted" },
  27: {
    name: "How the client is known",
    keys: ["registration"],
    providers: "24: by hand 19, registered on the way 4, document 1",
  },
  28: {
    name: "What runs after connecting and before the end",
    keys: ["postConnect", "preDelete", "revokeUrl", "revoke"],
    providers: "53 before, 4 at the end",
  },
  29: { name: "A client of the connection's own", keys: ["ownClient"], providers: "not counted" },
  30: { name: "Where the token is put", keys: ["apply", "also"], providers: "not counted" },
});
