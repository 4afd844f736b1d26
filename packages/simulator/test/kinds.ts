import type { AuthScheme, Contract, JsonSchemaObject, OAuth2Scheme } from "@mortise/contract";

/** An auth scheme that the simulator lets in, and which field of its credential is spoilt to see it refused; null: nobody can tell. */
export interface Kind {
  readonly scheme: AuthScheme;
  readonly spoilt: string | null;
}

const fields = (...names: readonly string[]): JsonSchemaObject => ({
  type: "object",
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, { type: "string", "x-secret": true }])),
});

let vendors = 0;

/** OAuth 2.0 of a vendor that knows one way to ask for tokens. */
const oauth = (grant: OAuth2Scheme["grant"], more: Partial<OAuth2Scheme> = {}): AuthScheme => ({
  kind: "oauth2",
  grant,
  tokenUrl: `https://login.acme.example/oauth/${++vendors}/token`,
  ...more,
});

const CLAIMS = { iss: { $cel: "credential.appId" }, aud: "acme" } as const;

/** One and more of every kind, grant and way to sign. Addresses differ, as one vendor's would. */
export const KINDS: { readonly [id: string]: Kind } = {
  none: { scheme: { kind: "none" }, spoilt: null },
  fields: { scheme: { kind: "fields", fields: fields("any") }, spoilt: null },
  mtls: { scheme: { kind: "mtls" }, spoilt: null },
  custom: {
    scheme: {
      kind: "custom",
      fields: fields("secret"),
      code: 'function sign(request) { return { headers: { "x-signed": request.credential.secret + request.nowMs } }; }',
    },
    spoilt: null,
  },
  keyInHeader: { scheme: { kind: "apiKey", in: "header", name: "X-{settings.region}-Key", prefix: "Key " }, spoilt: "apiKey" },
  keyInQuery: { scheme: { kind: "apiKey", in: "query", name: "key" }, spoilt: "apiKey" },
  keyInCookie: { scheme: { kind: "apiKey", in: "cookie", name: "sid" }, spoilt: "apiKey" },
  keyAndTenant: {
    scheme: {
      kind: "apiKey",
      in: "header",
      name: "X-Api-Key",
      also: [{ in: "header", name: "X-Tenant", value: { $text: "t-${settings.region}" } }],
    },
    spoilt: "apiKey",
  },
  bearer: { scheme: { kind: "bearer" }, spoilt: "token" },
  basic: { scheme: { kind: "basic" }, spoilt: "password" },
  digest: { scheme: { kind: "digest" }, spoilt: "password" },
  session: {
    scheme: {
      kind: "session",
      fields: fields("user", "pass"),
      steps: [
        {
          name: "csrf",
          method: "GET",
          url: "https://login.acme.example/session/csrf",
          keep: { value: { header: "X-Csrf" } },
        },
      ],
      login: {
        method: "POST",
        url: "https://login.acme.example/session",
        headers: { "X-Csrf": { $cel: "steps.csrf.value" } },
        body: { user: { $cel: "credential.user" }, pass: { $cel: "credential.pass" } },
      },
      token: { body: "/session/token" },
      apply: { in: "cookie", name: "session" },
    },
    spoilt: "pass",
  },
  oauth1Hmac: { scheme: { kind: "oauth1", signature: "HMAC-SHA1", realm: "acme" }, spoilt: "tokenSecret" },
  oauth1InQuery: { scheme: { kind: "oauth1", signature: "HMAC-SHA256", in: "query" }, spoilt: "consumerSecret" },
  oauth1Plain: { scheme: { kind: "oauth1", signature: "PLAINTEXT" }, spoilt: "consumerSecret" },
  oauth1Rsa: { scheme: { kind: "oauth1", signature: "RSA-SHA256" }, spoilt: "consumerKey" },
  jwtShared: {
    scheme: { kind: "jwt", fields: fields("appId", "clientSecret"), assertion: { alg: "HS256", claims: CLAIMS } },
    spoilt: "clientSecret",
  },
  jwtHex: {
    scheme: {
      kind: "jwt",
      fields: fields("appId", "secret"),
      assertion: { alg: "HS512", key: "secret", keyEncoding: "hex", claims: CLAIMS },
      apply: { in: "header", name: "X-Token" },
    },
    spoilt: "secret",
  },
  jwtEs: {
    scheme: { kind: "jwt", fields: fields("appId", "privateKey"), assertion: { alg: "ES256", claims: CLAIMS } },
    spoilt: "privateKey",
  },
  jwtPs: {
    scheme: { kind: "jwt", fields: fields("appId", "privateKey"), assertion: { alg: "PS256", claims: CLAIMS } },
    spoilt: "privateKey",
  },
  jwtEd: {
    scheme: { kind: "jwt", fields: fields("appId", "privateKey"), assertion: { alg: "EdDSA", claims: CLAIMS } },
    spoilt: "privateKey",
  },
  jwtThumbprint: {
    scheme: {
      kind: "jwt",
      fields: fields("appId", "privateKey", "certificate"),
      assertion: { alg: "RS256", claims: CLAIMS, header: { "x5t#S256": { $cel: "certificateSha256" } } },
    },
    spoilt: "privateKey",
  },
  aws: { scheme: { kind: "awsSigV4", service: "execute-api", region: "{settings.region}" }, spoilt: "secretAccessKey" },
  awsUnsigned: {
    scheme: { kind: "awsSigV4", service: "s3", region: "eu-central-1", unsignedPayload: true },
    spoilt: "secretAccessKey",
  },
  awsRole: {
    scheme: { kind: "awsSigV4", service: "execute-api", region: "eu-central-1", assumeRole: {} },
    spoilt: "secretAccessKey",
  },
  signatureHmac: {
    scheme: {
      kind: "signature",
      fields: fields("id", "secret"),
      algorithm: "hmac-sha256",
      key: "secret",
      stringToSign: { $text: "${timestamp}.${method}.${path}.${queryString}.${bodySha256}" },
      apply: [
        { in: "header", name: "X-Timestamp", value: { $cel: "timestamp" } },
        { in: "header", name: "Authorization", value: { $text: 'ACME id="${credential.id}", sig="${signature}"' } },
      ],
    },
    spoilt: "secret",
  },
  signatureInQuery: {
    scheme: {
      kind: "signature",
      fields: fields("secret"),
      algorithm: "hmac-sha1",
      key: "secret",
      encoding: "base64",
      stringToSign: [{ $text: "${host}${path}" }, { sha256: { $cel: "queryString" } }],
      apply: [
        { in: "query", name: "at", value: { $cel: "timestamp" } },
        { in: "query", name: "sig" },
      ],
    },
    spoilt: "secret",
  },
  signatureWsse: {
    scheme: {
      kind: "signature",
      fields: fields("user", "secret"),
      algorithm: "sha1",
      encoding: "base64",
      timestamp: "iso8601",
      stringToSign: [{ base64: { $cel: "nonceBase64" } }, { $text: "${timestamp}${credential.secret}" }],
      apply: [
        {
          in: "header",
          name: "X-WSSE",
          value: {
            $text:
              'UsernameToken Username="${credential.user}", PasswordDigest="${signature}", Nonce="${nonceBase64}", Created="${timestamp}"',
          },
        },
      ],
    },
    spoilt: "secret",
  },
  signatureRsa: {
    scheme: {
      kind: "signature",
      fields: fields("privateKey"),
      algorithm: "rsa-sha256",
      key: "privateKey",
      stringToSign: { $cel: "path" },
      apply: [{ in: "header", name: "X-Signature" }],
    },
    spoilt: "privateKey",
  },
  signatureEc: {
    scheme: {
      kind: "signature",
      fields: fields("privateKey"),
      algorithm: "ecdsa-sha256",
      key: "privateKey",
      stringToSign: { $text: "${headers['x-at']} ${path}" },
      apply: [
        { in: "header", name: "X-At", value: { $cel: "timestamp" } },
        { in: "header", name: "X-Signature" },
      ],
    },
    spoilt: "privateKey",
  },
  signatureEd: {
    scheme: {
      kind: "signature",
      fields: fields("privateKey"),
      algorithm: "ed25519",
      key: "privateKey",
      encoding: "base64url",
      stringToSign: { $cel: "path" },
      apply: [{ in: "header", name: "X-Signature" }],
    },
    spoilt: "privateKey",
  },
  appInstall: {
    scheme: {
      kind: "appInstall",
      fields: fields("appId", "privateKey"),
      installUrl: "https://login.acme.example/apps/new",
      keep: [{ setting: "installation", from: { redirect: "installation_id" }, required: true }],
      assertion: { alg: "RS256", claims: CLAIMS },
      exchange: {
        name: "token",
        method: "POST",
        url: "https://login.acme.example/installations/{settings.installation}/tokens",
        headers: { Authorization: { $text: "Bearer ${assertion}" } },
        keep: { token: { body: "/token" }, expiresAt: { body: "/expires_at" } },
      },
      apply: { in: "header", name: "Authorization", prefix: "token " },
    },
    spoilt: "privateKey",
  },
  together: {
    scheme: { kind: "all", of: [{ kind: "apiKey", in: "header", name: "X-App", field: "app" }, { kind: "bearer" }] },
    spoilt: "app",
  },
  code: {
    scheme: oauth("authorization_code", {
      authorizeUrl: "https://login.acme.example/authorize",
      revokeUrl: "https://login.acme.example/revoke",
      introspectUrl: "https://login.acme.example/introspect",
      requiredScopes: ["read"],
      rotation: "single_use",
    }),
    spoilt: "accessToken",
  },
  device: { scheme: oauth("device_code", { deviceUrl: "https://login.acme.example/device" }), spoilt: "accessToken" },
  implicit: {
    scheme: { kind: "oauth2", grant: "implicit", authorizeUrl: "https://login.acme.example/authorize" },
    spoilt: "accessToken",
  },
  client: { scheme: oauth("client_credentials"), spoilt: "clientSecret" },
  clientBody: {
    scheme: oauth("client_credentials", { clientAuth: "body", tokenBody: "json", rename: { token: { client_id: "id" } } }),
    spoilt: "clientSecret",
  },
  clientXml: { scheme: oauth("client_credentials", { clientAuth: "body", tokenBody: "xml" }), spoilt: "clientSecret" },
  clientQuery: { scheme: oauth("client_credentials", { clientAuth: "body", tokenMethod: "GET" }), spoilt: "clientSecret" },
  clientSecretOnly: { scheme: oauth("client_credentials", { clientAuth: "basic_secret_only" }), spoilt: "clientSecret" },
  clientSecretJwt: { scheme: oauth("client_credentials", { clientAuth: "client_secret_jwt" }), spoilt: "clientSecret" },
  clientKeyJwt: { scheme: oauth("client_credentials", { clientAuth: "private_key_jwt" }), spoilt: "privateKey" },
  clientTls: {
    scheme: oauth("client_credentials", { clientAuth: "tls_client_auth", certificateBound: true }),
    spoilt: "clientId",
  },
  clientDpop: { scheme: oauth("client_credentials", { dpop: true }), spoilt: "clientSecret" },
  clientSigned: {
    scheme: oauth("client_credentials", {
      clientAuth: "none",
      tokenParams: { audience: "{settings.region}" },
      signTokenRequest: {
        algorithm: "hmac-sha256",
        key: "clientId",
        stringToSign: { $text: "${timestamp}${body}" },
        apply: [
          { in: "header", name: "X-At", value: { $cel: "timestamp" } },
          { in: "header", name: "X-Signature" },
        ],
      },
    }),
    spoilt: "clientId",
  },
  issuer: {
    scheme: { kind: "oauth2", grant: "client_credentials", issuer: "https://login.acme.example/realm" },
    spoilt: "clientSecret",
  },
  password: { scheme: oauth("password"), spoilt: "password" },
  jwtBearer: {
    scheme: oauth("jwt_bearer", { assertion: { alg: "RS256", claims: { sub: { $cel: "credential.clientId" } } } }),
    spoilt: "privateKey",
  },
  samlMade: {
    scheme: oauth("saml2_bearer", { samlAssertion: { issuer: "me", subject: "ada", audience: "acme" } }),
    spoilt: "clientSecret",
  },
  samlGiven: {
    scheme: oauth("saml2_bearer", { samlAssertion: { value: { $cel: "credential.assertion" } } }),
    spoilt: "clientSecret",
  },
  exchange: {
    scheme: oauth("token_exchange", { exchange: { subject_token: { $cel: "credential.subjectToken" } } }),
    spoilt: "subjectToken",
  },
  vendor: {
    scheme: oauth("vendor", {
      grantType: "urn:acme:grant",
      exchange: { account: { $cel: "credential.clientId" }, ticket: { $cel: "steps.ticket.value" } },
      steps: [{ name: "ticket", method: "POST", url: "https://login.acme.example/ticket", keep: { value: { body: "/ticket" } } }],
      afterToken: [
        {
          name: "swap",
          method: "POST",
          url: "https://login.acme.example/swap",
          headers: { Authorization: { $text: "Bearer ${token}" } },
          keep: { token: { body: "/token" }, expiresIn: { body: "/life" } },
        },
      ],
      accessToken: "/result/token",
      expiry: { from: "jwt_exp" },
    }),
    spoilt: "clientSecret",
  },
};

/** A contract of one operation that every kind signs in for. */
export const kindsContract = (kinds: readonly string[] = Object.keys(KINDS)): Contract => ({
  format: "mortise.contract/1",
  name: "acme",
  version: "1.0.0",
  title: "Acme",
  publisher: "acme",
  hosts: ["api.acme.example"],
  settings: {
    type: "object",
    properties: {
      region: { type: "string", enum: ["eu-central-1"], default: "eu-central-1" },
      installation: { type: "string", pattern: "^[0-9]{4}$" },
    },
  },
  auth: Object.fromEntries(kinds.flatMap((id) => (KINDS[id] === undefined ? [] : [[id, KINDS[id].scheme]]))),
  budgets: {},
  operations: {
    get: {
      title: "Get a thing",
      effect: "read",
      idempotency: "natural",
      scopes: [],
      identity: [],
      outcomes: [],
      examples: [],
      input: { type: "object", required: ["id"], additionalProperties: false, properties: { id: { type: "string" } } },
      output: { type: "object", required: ["id"], additionalProperties: false, properties: { id: { type: "string" } } },
      request: {
        method: "GET",
        url: "https://api.acme.example/things",
        query: { id: { $cel: "input.id" } },
      },
    },
  },
});
