import type { AuthScheme, OAuth2Scheme } from "@mortise/contract";

const LOGIN = "https://login.acme.example";
const SECRET = { type: "string", "x-secret": true } as const;
const APP = {
  type: "object",
  required: ["appId", "privateKey"],
  properties: { appId: { type: "string" }, privateKey: SECRET },
} as const;

/** The least that a contract says for each kind of auth scheme, with the keys that matter. */
export const SCHEME_EXAMPLES: { readonly [kind in AuthScheme["kind"]]: AuthScheme & { readonly kind: kind } } = {
  none: { kind: "none" },
  apiKey: { kind: "apiKey", in: "header", name: "X-Api-Key", help: "Settings, then API keys." },
  basic: { kind: "basic" },
  bearer: { kind: "bearer" },
  digest: { kind: "digest" },
  oauth2: {
    kind: "oauth2",
    grant: "authorization_code",
    authorizeUrl: `${LOGIN}/authorize`,
    tokenUrl: `${LOGIN}/token`,
    revokeUrl: `${LOGIN}/revoke`,
    scopes: { "contacts.read": "Read contacts" },
    requiredScopes: ["contacts.read"],
  },
  oauth1: {
    kind: "oauth1",
    signature: "HMAC-SHA1",
    requestTokenUrl: `${LOGIN}/initiate`,
    authorizeUrl: `${LOGIN}/authorize`,
    accessTokenUrl: `${LOGIN}/token`,
  },
  session: {
    kind: "session",
    fields: { type: "object", required: ["user", "pass"], properties: { user: { type: "string" }, pass: SECRET } },
    login: {
      method: "POST",
      url: `${LOGIN}/sessions`,
      body: { user: { $cel: "credential.user" }, password: { $cel: "credential.pass" } },
    },
    token: { body: "/session/id" },
    ttl: "30m",
    apply: { in: "header", name: "X-Session" },
  },
  jwt: { kind: "jwt", fields: APP, assertion: { alg: "ES256", claims: { iss: { $cel: "credential.appId" } }, lifetime: "5m" } },
  awsSigV4: { kind: "awsSigV4", service: "execute-api", region: "{settings.region}" },
  mtls: { kind: "mtls" },
  signature: {
    kind: "signature",
    fields: { type: "object", required: ["secret"], properties: { secret: SECRET } },
    algorithm: "hmac-sha256",
    key: "secret",
    stringToSign: { $text: "${timestamp}.${method}.${path}.${bodySha256}" },
    apply: [
      { in: "header", name: "X-Timestamp", value: { $cel: "timestamp" } },
      { in: "header", name: "X-Signature" },
    ],
  },
  appInstall: {
    kind: "appInstall",
    fields: APP,
    installUrl: `${LOGIN}/apps/acme/install`,
    keep: [{ setting: "installation", from: { redirect: "installation_id" }, required: true }],
    assertion: { alg: "RS256", claims: { iss: { $cel: "credential.appId" } }, lifetime: "10m" },
    exchange: {
      name: "token",
      method: "POST",
      url: `${LOGIN}/installations/{settings.installation}/tokens`,
      headers: { Authorization: { $text: "Bearer ${assertion}" } },
      keep: { token: { body: "/token" }, expiresAt: { body: "/expires_at" } },
    },
  },
  custom: {
    kind: "custom",
    fields: { type: "object", required: ["secret"], properties: { secret: SECRET } },
    code: 'function sign(request) { return { headers: { "x-proof": request.credential.secret + request.method } }; }',
  },
  fields: { kind: "fields", fields: { type: "object", required: ["dsn"], properties: { dsn: SECRET } } },
  all: {
    kind: "all",
    of: [{ kind: "apiKey", in: "header", name: "X-App", field: "appKey" }, { kind: "bearer" }],
  },
};

/** What each grant of OAuth 2.0 needs beside `kind` and `grant`. */
export const GRANT_EXAMPLES: { readonly [grant in OAuth2Scheme["grant"]]: Partial<OAuth2Scheme> } = {
  authorization_code: { authorizeUrl: `${LOGIN}/authorize`, tokenUrl: `${LOGIN}/token` },
  client_credentials: { tokenUrl: `${LOGIN}/token` },
  password: { tokenUrl: `${LOGIN}/token` },
  implicit: { authorizeUrl: `${LOGIN}/authorize` },
  device_code: { deviceUrl: `${LOGIN}/device`, tokenUrl: `${LOGIN}/token` },
  jwt_bearer: { tokenUrl: `${LOGIN}/token`, assertion: { alg: "RS256", claims: { sub: "user-1" } } },
  saml2_bearer: { tokenUrl: `${LOGIN}/token`, samlAssertion: { value: { $cel: "credential.assertion" } } },
  token_exchange: { tokenUrl: `${LOGIN}/token`, exchange: { subject_token: { $cel: "credential.subjectToken" } } },
  vendor: { tokenUrl: `${LOGIN}/token`, grantType: "urn:acme:account", exchange: { account_id: "1" } },
};
