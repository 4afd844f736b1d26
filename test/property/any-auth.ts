import type {
  AuthScheme,
  JsonSchemaObject,
  JwtAssertion,
  OAuth1Scheme,
  OAuth2Grant,
  OAuth2Scheme,
  Placement,
  RequestSignature,
  SingleAuthScheme,
} from "@mortise/contract";
import fc from "fast-check";
import { anyText } from "./any-schema.ts";

const LOGIN = "https://login.acme.example";

const asking = (...names: readonly string[]): JsonSchemaObject => ({
  type: "object",
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, { type: "string", "x-secret": true }])),
});

const anyPlacement = fc.constantFrom<Placement | undefined>(
  undefined,
  { in: "header", name: "X-Token" },
  { in: "query", name: "access_token" },
  { in: "cookie", name: "token", prefix: "t-" },
  { in: "header", name: "Authorization", value: { $text: "Token token=${token}" } },
);

/** `{ apply }`, or nothing. */
const anyApply = anyPlacement.map((apply) => (apply === undefined ? {} : { apply }));

const anyAssertion: fc.Arbitrary<JwtAssertion> = fc
  .record({
    alg: fc.constantFrom<JwtAssertion["alg"]>("HS256", "HS512", "RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"),
    header: fc.constantFrom({}, { header: { kid: { $cel: "credential.appId" } } }),
    lifetime: fc.constantFrom({}, { lifetime: "5m" }),
  })
  .map(({ alg, header, lifetime }) => ({
    alg,
    key: "key",
    claims: { iss: { $cel: "credential.appId" }, aud: "acme" },
    ...header,
    ...lifetime,
  }));

const anySignature: fc.Arbitrary<RequestSignature> = fc
  .record({
    algorithm: fc.constantFrom<RequestSignature["algorithm"]>(
      "hmac-sha1",
      "hmac-sha256",
      "hmac-sha512",
      "hmac-md5",
      "sha1",
      "sha256",
      "rsa-sha256",
      "ecdsa-sha256",
      "ed25519",
    ),
    encoding: fc.constantFrom<NonNullable<RequestSignature["encoding"]>>("hex", "base64", "base64url"),
    timestamp: fc.constantFrom<NonNullable<RequestSignature["timestamp"]>>("s", "ms", "iso8601", "http_date"),
    stringToSign: fc.constantFrom<RequestSignature["stringToSign"]>(
      { $text: "${timestamp}${nonce}${method}${path}?${queryString}${bodySha256}" },
      { $text: "${host}\n${headers['x-at']}\n${nonceBase64}\n${bodyMd5}\n${credential.appId}" },
      [{ sha256: [{ $cel: "path" }, { $cel: "body" }] }, { hex: { $cel: "nonce" } }],
    ),
    place: fc.constantFrom<Placement>(
      { in: "header", name: "X-Signature" },
      { in: "query", name: "sig" },
      { in: "header", name: "Authorization", value: { $text: 'Acme id="${credential.appId}",s="${signature}"' } },
    ),
  })
  .map(({ place, ...spec }) => ({
    ...spec,
    ...(/^(?:sha|md5)/.test(spec.algorithm) ? {} : { key: "key" }),
    apply: [
      { in: "header", name: "X-At", value: { $cel: "timestamp" } },
      { in: "header", name: "X-Nonce", value: { $cel: "nonce" } },
      place,
    ],
  }));

/** What a vendor of OAuth 2.0 may do in its own way. */
const anyWays: fc.Arbitrary<Partial<OAuth2Scheme>> = fc.record(
  {
    clientAuth: fc.constantFrom("basic", "body", "none", "basic_secret_only", "client_secret_jwt", "private_key_jwt"),
    tokenBody: fc.constantFrom("form", "json", "query", "xml"),
    tokenHeaders: fc.constant({ "X-Version": "3" }),
    tokenParams: fc.constant({ audience: "acme" }),
    requiredScopes: fc.constant(["read"]),
    scopeSeparator: fc.constant(","),
    grantedScopes: fc.constantFrom("response", "assume"),
    scopes: fc.constant({ read: "Read | all" }),
    rename: fc.constant({ token: { client_id: "appid", scope: null } }),
    omitEmpty: fc.boolean(),
    accessToken: fc.constant("/data/token"),
    expiry: fc.constantFrom<OAuth2Scheme["expiry"] & object>(
      { from: "expires_in", unit: "ms" },
      { from: "expires_at", at: "/until" },
      { from: "jwt_exp" },
      { from: "fixed", ttl: "10m" },
      { from: "never" },
    ),
    rotation: fc.constantFrom("single_use", "reusable", "unknown"),
    dpop: fc.constant(true),
    revokeUrl: fc.constant(`${LOGIN}/revoke`),
  },
  { requiredKeys: [] },
);

const GRANTS: { readonly [grant in OAuth2Grant]: Partial<OAuth2Scheme> } = {
  authorization_code: { authorizeUrl: `${LOGIN}/authorize` },
  client_credentials: {},
  password: {},
  implicit: { authorizeUrl: `${LOGIN}/authorize` },
  device_code: { deviceUrl: `${LOGIN}/device` },
  jwt_bearer: { assertion: { alg: "ES256", key: "assertionKey", claims: { sub: "ada" } } },
  saml2_bearer: { samlAssertion: { value: { $cel: "credential.assertion" } } },
  token_exchange: { exchange: { subject_token: { $cel: "credential.subjectToken" } } },
  vendor: { grantType: "urn:acme:own", exchange: { account: "a1" } },
};

const anyOAuth: fc.Arbitrary<SingleAuthScheme> = fc
  .tuple(fc.constantFrom(...(Object.keys(GRANTS) as OAuth2Grant[])), anyWays, anyApply, fc.nat(1_000))
  .map(
    ([grant, { dpop, ...ways }, apply, number]): SingleAuthScheme => ({
      kind: "oauth2",
      grant,
      tokenUrl: `${LOGIN}/oauth/${number}/token`,
      ...GRANTS[grant],
      ...ways,
      ...apply,
      // Tokens that say their kind are bound; those at places of the vendor's own say nothing.
      ...(dpop === true && !("apply" in apply) ? { dpop } : {}),
    }),
  );

const anySession: fc.Arbitrary<SingleAuthScheme> = fc
  .tuple(
    fc.constantFrom({ body: "/session/token" }, { header: "X-Session" }),
    fc.constantFrom("json" as const, "form" as const),
    fc.boolean(),
    fc.nat(1_000),
  )
  .map(
    ([token, bodyType, hasSteps, number]): SingleAuthScheme => ({
      kind: "session",
      fields: asking("user", "pass"),
      ...(hasSteps
        ? {
            steps: [
              { name: "csrf", method: "GET", url: `${LOGIN}/csrf/${number}`, keep: { value: { header: "X-Csrf" } } } as const,
            ],
          }
        : {}),
      login: {
        method: "POST",
        url: `${LOGIN}/session/${number}`,
        bodyType,
        headers: hasSteps ? { "X-Csrf": { $cel: "steps.csrf.value" } } : {},
        body: { user: { $cel: "credential.user" }, pass: { $cel: "credential.pass" } },
      },
      token,
      apply: { in: "header", name: "X-Session" },
    }),
  );

/** Any way to prove who a connection is. */
const anySingle: fc.Arbitrary<SingleAuthScheme> = fc.oneof(
  fc.constantFrom<SingleAuthScheme>(
    { kind: "none" },
    { kind: "bearer" },
    { kind: "basic" },
    { kind: "digest" },
    { kind: "mtls" },
    { kind: "fields", fields: asking("any") },
    {
      kind: "custom",
      fields: asking("secret"),
      code: "function sign(request) { return { query: { at: String(request.nowMs) }, cookies: { s: request.credential.secret } }; }",
    },
    { kind: "awsSigV4", service: "execute-api", region: "eu-central-1" },
    { kind: "awsSigV4", service: "execute-api", region: "eu-central-1", doubleEncode: false, assumeRole: {} },
    { kind: "awsSigV4", service: "s3", region: "eu-central-1", unsignedPayload: true },
  ),
  fc.record({
    kind: fc.constant("apiKey" as const),
    in: fc.constantFrom("header" as const, "query" as const, "cookie" as const),
    name: fc.constantFrom("X-Key", "api_key"),
    help: anyText,
    also: fc.constantFrom<readonly Placement[]>(
      [{ in: "header", name: "X-Tenant", value: "t1" }],
      [{ in: "header", name: "X-Client", value: "mortise" }],
    ),
  }),
  anyOAuth,
  anySession,
  fc.record({
    kind: fc.constant("oauth1" as const),
    signature: fc.constantFrom<OAuth1Scheme["signature"]>("HMAC-SHA1", "HMAC-SHA256", "RSA-SHA1", "RSA-SHA256", "PLAINTEXT"),
    in: fc.constantFrom("header" as const, "query" as const, "body" as const),
  }),
  fc
    .tuple(anyAssertion, anyApply)
    .map(([assertion, apply]) => ({ kind: "jwt", fields: asking("appId", "key"), assertion, ...apply }) as const),
  anySignature.map((spec) => ({ kind: "signature", fields: asking("appId", "key"), ...spec }) as const),
  fc.tuple(anyAssertion, anyApply, fc.nat(1_000)).map(
    ([assertion, apply, number]) =>
      ({
        kind: "appInstall",
        fields: asking("appId", "key"),
        assertion,
        exchange: {
          name: "token",
          method: "POST",
          url: `${LOGIN}/apps/${number}/tokens`,
          body: { jwt: { $cel: "assertion" }, app: { $cel: "credential.appId" } },
          keep: { token: { body: "/token" }, expiresIn: { body: "/life" } },
        },
        ...apply,
      }) as const,
  ),
);

/** Any auth scheme, within the vocabulary. */
export const anyAuth: fc.Arbitrary<AuthScheme> = fc.oneof(
  { weight: 9, arbitrary: anySingle },
  {
    weight: 1,
    arbitrary: fc.constant<AuthScheme>({
      kind: "all",
      of: [
        { kind: "apiKey", in: "header", name: "X-App", field: "app" },
        { kind: "apiKey", in: "query", name: "user-key", field: "user" },
      ],
    }),
  },
);
