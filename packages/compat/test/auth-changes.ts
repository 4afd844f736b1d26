import type { AuthScheme, JsonSchemaObject, OAuth2Scheme } from "@mortise/contract";
import { object } from "./contracts.ts";
import type { Row } from "./field-changes.ts";

const AT = "https://login.acme.example";
const PATCH = "patch other-changed";
const text = { type: "string" } as const;

/** A scheme that a person connects with, and what a row says otherwise. */
export const oauth = (over: Partial<OAuth2Scheme>): AuthScheme => ({
  kind: "oauth2",
  grant: "authorization_code",
  authorizeUrl: `${AT}/authorize`,
  tokenUrl: `${AT}/token`,
  ...over,
});

const step = (path: string) => [{ name: "a", method: "POST", url: path, keep: { token: { body: "/token" } } }] as const;
const machine: Partial<OAuth2Scheme> = { grant: "client_credentials" };

/** Changes of each key of OAuth 2.0, by what a connection that exists notices: it goes on, must be made again, or lacks something. */
export const OAUTH_CHANGES: readonly Row<Partial<OAuth2Scheme>>[] = [
  ["grant, of a person's", {}, { grant: "device_code", deviceUrl: `${AT}/device` }, "minor auth-connecting-changed"],
  ["grant, with and without a person", {}, machine, "major auth-kind-changed"],
  ["grant, of clients", machine, { grant: "password" }, "major auth-kind-changed"],
  ["grantType", { grantType: "a" }, { grantType: "b" }, PATCH],
  ["issuer", { issuer: `${AT}/a` }, { issuer: `${AT}/b` }, "major auth-endpoint-changed"],
  ["issuer said as well", {}, { issuer: `${AT}/a` }, PATCH],
  [
    "issuer instead of the endpoints",
    { grant: "device_code", deviceUrl: `${AT}/device` },
    { issuer: AT },
    "minor auth-connecting-changed",
  ],
  ["authorizeUrl, its path", {}, { authorizeUrl: `${AT}/v2/authorize` }, PATCH],
  ["authorizeUrl, its host", {}, { authorizeUrl: "https://other.example/authorize" }, "major auth-endpoint-changed"],
  ["tokenUrl, its path", {}, { tokenUrl: `${AT}/v2/token` }, PATCH],
  ["tokenUrl, its host", {}, { tokenUrl: "https://other.example/token" }, "major auth-endpoint-changed"],
  ["refreshUrl, its path", {}, { refreshUrl: `${AT}/refresh` }, PATCH],
  ["refreshUrl, its host", {}, { refreshUrl: "https://other.example/refresh" }, "major auth-endpoint-changed"],
  ["deviceUrl", {}, { deviceUrl: "https://other.example/device" }, "major auth-origin-added", PATCH],
  ["revokeUrl", {}, { revokeUrl: `${AT}/revoke` }, PATCH],
  ["revokeUrl, at another host", {}, { revokeUrl: "https://other.example/revoke" }, "major auth-origin-added", PATCH],
  ["introspectUrl", {}, { introspectUrl: "https://other.example/introspect" }, "major auth-origin-added", PATCH],
  ["registrationUrl", {}, { registrationUrl: "https://other.example/register" }, "major auth-origin-added", PATCH],
  ["pkce", {}, { pkce: "off", pkceReason: "the vendor refuses it" }, "minor auth-connecting-changed"],
  ["pkceReason", { pkceReason: "a" }, { pkceReason: "b" }, PATCH],
  ["scopes", { scopes: { a: "Reads" } }, { scopes: { a: "Reads all" } }, PATCH],
  ["requiredScopes", { requiredScopes: ["a"] }, { requiredScopes: ["a", "b"] }, "major scope-added", "minor scope-removed"],
  ["defaultScopes", { defaultScopes: ["a"] }, { defaultScopes: ["a", "b"] }, "minor auth-connecting-changed"],
  ["scopeSeparator", {}, { scopeSeparator: "," }, PATCH],
  ["grantedScopes", {}, { grantedScopes: "assume" }, PATCH],
  ["clientAuth, with the same secret", {}, { clientAuth: "body" }, PATCH],
  ["clientAuth, with a key", {}, { clientAuth: "private_key_jwt" }, "major credential-field-added-required"],
  ["clientAuth, with a certificate", {}, { clientAuth: "tls_client_auth" }, "major credential-field-added-required"],
  [
    "clientAuth, without a secret",
    {},
    { clientAuth: "none" },
    "minor credential-field-removed",
    "major credential-field-added-required",
  ],
  [
    "clientAssertion, for the same key",
    { clientAssertion: { alg: "RS256" } },
    { clientAssertion: { alg: "PS384", lifetime: "5m" } },
    PATCH,
  ],
  [
    "clientAssertion, for another key",
    { clientAssertion: { alg: "RS256" } },
    { clientAssertion: { alg: "ES256" } },
    "major auth-key-changed",
  ],
  [
    "registration",
    {},
    { registration: "dynamic", registrationUrl: `${AT}/register` },
    "minor auth-connecting-changed",
    "major credential-field-required",
  ],
  ["ownClient", {}, { ownClient: false }, "major auth-client-narrowed", "minor auth-client-widened"],
  ["tokenMethod", {}, { tokenMethod: "GET" }, PATCH],
  ["tokenBody", {}, { tokenBody: "json" }, PATCH],
  ["tokenHeaders", {}, { tokenHeaders: { "X-Version": "2" } }, PATCH],
  ["authorizeParams", {}, { authorizeParams: { access_type: "offline" } }, PATCH],
  ["tokenParams", {}, { tokenParams: { audience: "a" } }, PATCH],
  ["refreshParams", {}, { refreshParams: { audience: "a" } }, PATCH],
  ["rename", {}, { rename: { token: { client_id: "id" } } }, PATCH],
  ["authorizeFragment", {}, { authorizeFragment: true }, PATCH],
  ["omitEmpty", {}, { omitEmpty: true }, PATCH],
  ["noEncode", {}, { noEncode: ["scope"] }, PATCH],
  ["codeParam", {}, { codeParam: "authCode" }, PATCH],
  ["codeFrom", {}, { codeFrom: { webhook: { code: "/code" } } }, "minor auth-connecting-changed"],
  [
    "keep",
    {},
    { keep: [{ setting: "site", from: { body: "/site" } }] },
    "minor auth-connecting-changed",
    "major auth-kept-removed",
  ],
  [
    "keep, from another place",
    { keep: [{ setting: "site", from: { body: "/site" } }] },
    { keep: [{ setting: "site", from: { redirect: "site" }, required: true }] },
    PATCH,
  ],
  ["accessToken", {}, { accessToken: "/data/token" }, PATCH],
  ["refreshToken", {}, { refreshToken: "/data/refresh" }, PATCH],
  ["expiry", {}, { expiry: { from: "jwt_exp" } }, PATCH],
  ["margin", {}, { margin: "5m" }, PATCH],
  ["rotation", {}, { rotation: "single_use" }, PATCH],
  ["grace", {}, { grace: "10s" }, PATCH],
  ["refreshMode, none of a person's", {}, { refreshMode: "none" }, "major auth-renewal-lost", PATCH],
  ["refreshMode", {}, { refreshMode: "exchange" }, PATCH],
  ["refreshMode, of a client", machine, { ...machine, refreshMode: "none" }, "major auth-renewal-lost", PATCH],
  ["terminalErrors", {}, { terminalErrors: ["gone"] }, PATCH],
  [
    "assertion, for another key",
    { grant: "jwt_bearer", assertion: { alg: "RS256", claims: {} } },
    { grant: "jwt_bearer", assertion: { alg: "EdDSA", claims: {} } },
    "major auth-key-changed",
  ],
  [
    "assertion, its claims",
    { grant: "jwt_bearer", assertion: { alg: "RS256", claims: {} } },
    { grant: "jwt_bearer", assertion: { alg: "RS512", claims: { sub: "a" } } },
    PATCH,
  ],
  [
    "samlAssertion",
    { grant: "saml2_bearer", samlAssertion: { value: "a" } },
    { grant: "saml2_bearer", samlAssertion: { issuer: "a", subject: "b", audience: "c" } },
    "major credential-field-added-required",
    "minor credential-field-removed",
  ],
  ["exchange", { grant: "token_exchange", exchange: { a: "1" } }, { grant: "token_exchange", exchange: { a: "2" } }, PATCH],
  ["steps", {}, { steps: step(`${AT}/step`) }, PATCH],
  ["steps, at another host", {}, { steps: step("https://other.example/step") }, "major auth-origin-added", PATCH],
  ["afterToken", {}, { afterToken: step(`${AT}/after`) }, PATCH],
  [
    "second, that requests carry",
    {},
    { second: { user: { accessToken: "/user/token", apply: { in: "header", name: "X-User" } } } },
    "major auth-token-added",
    "minor credential-field-removed",
  ],
  [
    "second, that is kept",
    {},
    { second: { user: { accessToken: "/user/token" } } },
    "minor credential-field-added",
    "minor credential-field-removed",
  ],
  [
    "signTokenRequest",
    {},
    {
      signTokenRequest: {
        algorithm: "hmac-sha256",
        key: "clientSecret",
        stringToSign: "a",
        apply: [{ in: "header", name: "S" }],
      },
    },
    PATCH,
  ],
  ["dpop, of a person", {}, { dpop: true }, "major auth-binding-changed"],
  ["dpop, of a client", machine, { ...machine, dpop: true }, "minor credential-field-added", "minor credential-field-removed"],
  ["certificateBound", {}, { certificateBound: true }, "major auth-binding-changed"],
  ["apply", {}, { apply: { in: "header", name: "X-Token" } }, "minor auth-sending-changed"],
];

const fields: JsonSchemaObject = object({ id: text, key: text }, ["id", "key"]);
const jwt = (alg: "RS256" | "PS256" | "HS256" | "ES256", over: object = {}): AuthScheme => ({
  kind: "jwt",
  fields,
  assertion: { alg, key: "key", claims: {}, ...over },
});
const signature = (over: object): AuthScheme => ({
  kind: "signature",
  fields,
  algorithm: "hmac-sha256",
  key: "key",
  stringToSign: "a",
  apply: [{ in: "header", name: "S" }],
  ...over,
});
const session = (over: object): AuthScheme => ({
  kind: "session",
  fields,
  login: { method: "POST", url: `${AT}/login` },
  token: { body: "/token" },
  apply: { in: "header", name: "T" },
  ...over,
});
const app = (over: object): AuthScheme => ({
  kind: "appInstall",
  fields,
  assertion: { alg: "RS256", key: "key", claims: {} },
  exchange: { name: "token", method: "POST", url: `${AT}/tokens`, keep: { token: { body: "/token" } } },
  ...over,
});
const oauth1 = (over: object): AuthScheme => ({ kind: "oauth1", signature: "HMAC-SHA1", ...over }) as AuthScheme;
const aws = (over: object): AuthScheme => ({ kind: "awsSigV4", service: "s3", region: "eu-central-1", ...over });
const key = { kind: "apiKey", in: "header", name: "K" } as const;

/** Changes of all other kinds, likewise. */
export const SCHEME_CHANGES: readonly Row<AuthScheme>[] = [
  ["kind, with the same fields", { kind: "basic" }, { kind: "digest" }, "minor auth-sending-changed"],
  ["kind, with the same field", { kind: "bearer" }, { ...key, field: "token" }, "minor auth-sending-changed"],
  ["kind, to code", signature({}), { kind: "custom", fields, code: "function sign() { return {}; }" }, "major auth-kind-changed"],
  ["code", { kind: "custom", fields, code: "a" }, { kind: "custom", fields, code: "b" }, PATCH],
  ["prefix", key, { ...key, prefix: "Key " }, "minor auth-sending-changed"],
  ["also", key, { ...key, also: [{ in: "header", name: "X-Client", value: "a" }] }, "minor auth-sending-changed"],
  ["requires", key, { ...key, requires: ["site"] }, "major auth-setting-required", PATCH],
  ["test", key, { ...key, test: { operation: "get" } }, PATCH],
  ["revoke", key, { ...key, revoke: { operation: "end" } }, PATCH],
  ["help, title and label", key, { ...key, help: "There.", title: "A key", label: "A" }, PATCH],
  ["postConnect", key, { ...key, postConnect: [{ operation: "get" }] }, "minor auth-connecting-changed"],
  [
    "postConnect that keeps",
    key,
    { ...key, postConnect: [{ operation: "get", keep: { site: "/site" } }] },
    "minor auth-connecting-changed",
    "major auth-kept-removed",
  ],
  ["preDelete", key, { ...key, preDelete: [{ operation: "get" }] }, PATCH],
  ["signature of OAuth 1.0a, with the same secret", oauth1({}), oauth1({ signature: "HMAC-SHA256" }), PATCH],
  [
    "signature of OAuth 1.0a, with a key",
    oauth1({}),
    oauth1({ signature: "RSA-SHA256" }),
    "major credential-field-added-required",
  ],
  ["place of OAuth 1.0a", oauth1({}), oauth1({ in: "query" }), "minor auth-sending-changed"],
  ["realm of OAuth 1.0a", oauth1({}), oauth1({ realm: "a" }), PATCH],
  [
    "addresses of OAuth 1.0a",
    oauth1({}),
    oauth1({ requestTokenUrl: `${AT}/a`, authorizeUrl: `${AT}/b`, accessTokenUrl: `${AT}/c` }),
    "major auth-origin-added",
    "minor auth-connecting-changed",
  ],
  [
    "paths of OAuth 1.0a",
    oauth1({ requestTokenUrl: `${AT}/a`, accessTokenUrl: `${AT}/c` }),
    oauth1({ requestTokenUrl: `${AT}/v2/a`, accessTokenUrl: `${AT}/c` }),
    PATCH,
  ],
  ["algorithm of a JWT, for the same key", jwt("RS256"), jwt("PS256", { lifetime: "5m", header: { kid: "a" } }), PATCH],
  ["algorithm of a JWT, for another key", jwt("RS256"), jwt("ES256"), "major auth-key-changed"],
  ["field of a JWT's key", jwt("HS256"), jwt("HS256", { key: "id" }), "major auth-key-changed"],
  ["how a JWT's key is read", jwt("HS256"), jwt("HS256", { keyEncoding: "hex" }), PATCH],
  ["digest of a signature", signature({}), signature({ algorithm: "hmac-sha512", encoding: "base64", timestamp: "ms" }), PATCH],
  ["text and nonce of a signature", signature({}), signature({ stringToSign: "b", nonceBytes: 8, keyEncoding: "hex" }), PATCH],
  ["key of a signature", signature({}), signature({ algorithm: "ed25519" }), "major auth-key-changed"],
  ["places of a signature", signature({}), signature({ apply: [{ in: "query", name: "s" }] }), "minor auth-sending-changed"],
  ["service and region", aws({}), aws({ service: "sqs", region: "{settings.region}" }), PATCH],
  ["how AWS is signed", aws({}), aws({ doubleEncode: true, unsignedPayload: true }), PATCH],
  ["role", aws({}), aws({ assumeRole: {} }), "major credential-field-added-required", "major auth-kind-changed"],
  ["life of a role", aws({ assumeRole: {} }), aws({ assumeRole: { lifetime: "15m" } }), PATCH],
  ["login, its path", session({}), session({ login: { method: "POST", url: `${AT}/v2/login` }, ttl: "1h" }), PATCH],
  [
    "login, its host",
    session({}),
    session({ login: { method: "POST", url: "https://other.example/login" } }),
    "major auth-origin-added",
  ],
  ["place of a session", session({}), session({ apply: { in: "cookie", name: "s" } }), "minor auth-sending-changed"],
  [
    "exchange of an app, its host",
    app({}),
    app({ exchange: { name: "token", method: "POST", url: "https://other.example/t", keep: {} } }),
    "major auth-origin-added",
  ],
  ["installation of an app", app({}), app({ installUrl: `${AT}/install` }), "minor auth-connecting-changed"],
  [
    "one of several",
    { kind: "all", of: [key, { kind: "basic" }] },
    { kind: "all", of: [key, { kind: "bearer" }] },
    "major auth-kind-changed",
  ],
  [
    "one more of several",
    { kind: "all", of: [key, { kind: "basic" }] },
    { kind: "all", of: [key, { kind: "basic" }, { kind: "bearer" }] },
    "major auth-kind-changed",
    "minor auth-sending-changed",
  ],
  [
    "key of one of several",
    { kind: "all", of: [key, jwt("RS256") as never] },
    { kind: "all", of: [key, jwt("ES256") as never] },
    "major auth-key-changed",
  ],
];
