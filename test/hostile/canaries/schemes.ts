import type {
  AuthScheme,
  JsonSchemaObject,
  JwtAssertion,
  OAuth2Scheme,
  RequestSignature,
  SingleAuthScheme,
} from "@mortise/contract";

/** An address of the vendor, which knows by the path whose request it is. */
const own = (path: string) => `{settings.baseUrl}/v/{settings.who}/${path}`;

/** A form of secret fields; those that end in `?` may be left out, those that begin with `!` may be shown. */
function form(...names: readonly string[]): JsonSchemaObject {
  const bare = names.map((name) => name.replace(/[!?]/g, ""));
  const properties = bare.map((name, at) => [
    name,
    { type: "string", ...(names[at]?.startsWith("!") ? {} : { "x-secret": true }) },
  ]);
  const required = bare.filter((_, at) => !names[at]?.endsWith("?"));
  return { type: "object", required, properties: Object.fromEntries(properties), additionalProperties: false };
}

const TOKEN_URL = own("token");
const COMMON = { test: { operation: "whoAmI" }, label: { $text: "${output.login}" } } as const;
const oauth = (parts: Omit<OAuth2Scheme, "kind">): SingleAuthScheme => ({
  ...COMMON,
  kind: "oauth2",
  tokenUrl: TOKEN_URL,
  ...parts,
});
const client = (parts: Partial<OAuth2Scheme> = {}): SingleAuthScheme => oauth({ grant: "client_credentials", ...parts });
const code = (parts: Partial<OAuth2Scheme> = {}): SingleAuthScheme =>
  oauth({
    grant: "authorization_code",
    authorizeUrl: own("authorize"),
    revokeUrl: own("revoke"),
    scopes: { read: "Read" },
    requiredScopes: ["read"],
    ...parts,
  });
const signed = (
  parts: Partial<RequestSignature> & Pick<RequestSignature, "algorithm">,
  ...names: readonly string[]
): SingleAuthScheme => ({
  ...COMMON,
  kind: "signature",
  fields: form(...names),
  stringToSign: { $text: "${method}\n${path}\n${timestamp}\n${nonce}" },
  ...(parts.algorithm.includes("-") || parts.algorithm === "ed25519" ? { key: names[0] ?? "" } : {}),
  apply: [
    { in: "header", name: "X-Signature" },
    { in: "header", name: "X-Time", value: { $cel: "timestamp" } },
    { in: "query", name: "nonce", value: { $cel: "nonce" } },
  ],
  ...parts,
});
const jwt = (alg: JwtAssertion["alg"], ...names: readonly string[]): SingleAuthScheme => ({
  ...COMMON,
  kind: "jwt",
  fields: form(...names),
  assertion: {
    alg,
    ...(alg.startsWith("HS") ? { key: "sharedKey" } : {}),
    claims: { iss: "ada-visible", pin: { $cel: "credential.pin" } },
  },
});
const step = (name: string, secret: string) => ({
  name,
  method: "POST" as const,
  url: own(`step/${name}`),
  headers: { "X-Step-Key": { $cel: `credential.${secret}` } },
  body: { key: { $cel: `credential.${secret}` } },
  keep: { ticket: { body: "/ticket" }, nonce: { header: "x-step-nonce" } },
});

const CODE = `
  function sign({ method, url, credential, nowMs }) {
    if (url.includes("/codeFails")) throw new Error("cannot sign with " + credential.sealKey + " and " + credential.sealPin);
    return {
      headers: { "X-Seal": crypto.hmac("sha256", credential.sealKey, method + url + nowMs, "base64"), "X-Pin": encoding.base64(credential.sealPin) },
      query: { k: credential.sealKey },
      cookies: { c: encoding.base64url(credential.sealPin) },
    };
  }`;

/** Every kind of the vocabulary, and its variants, by the connection that uses it. */
export const SCHEMES: { readonly [id: string]: AuthScheme } = {
  keyHeader: { ...COMMON, kind: "apiKey", in: "header", name: "X-Key", prefix: "Key " },
  keyQuery: { ...COMMON, kind: "apiKey", in: "query", name: "k", field: "siteKey" },
  keyCookie: { ...COMMON, kind: "apiKey", in: "cookie", name: "sid" },
  keyBody: { ...COMMON, kind: "apiKey", in: "body", name: "k", field: "bodyKey", test: { operation: "find" } },
  keyAlso: {
    ...COMMON,
    kind: "apiKey",
    in: "header",
    name: "X-Key",
    also: [
      { in: "header", name: "X-Tenant", value: { $cel: "settings.?tenantKey.orValue(null)" } },
      { in: "query", name: "t", value: { $text: "v1 ${settings.?tenantKey.orValue('none')} ${credential.apiKey}" } },
      { in: "cookie", name: "tk", value: { $cel: "settings.?nested.?deepKey.orValue(null)" } },
    ],
  },
  basic: { ...COMMON, kind: "basic" },
  bearer: { ...COMMON, kind: "bearer" },
  digestMd5: { ...COMMON, kind: "digest" },
  digestSha256: { ...COMMON, kind: "digest" },
  digestSha512: { ...COMMON, kind: "digest" },
  oauth1HmacSha1: { ...COMMON, kind: "oauth1", signature: "HMAC-SHA1", realm: "r" },
  oauth1HmacSha256: { ...COMMON, kind: "oauth1", signature: "HMAC-SHA256", in: "query" },
  oauth1RsaSha1: { ...COMMON, kind: "oauth1", signature: "RSA-SHA1" },
  oauth1RsaSha256: { ...COMMON, kind: "oauth1", signature: "RSA-SHA256", in: "body" },
  oauth1Plaintext: { ...COMMON, kind: "oauth1", signature: "PLAINTEXT" },
  clientBasic: client(),
  clientBody: client({ clientAuth: "body", tokenBody: "json" }),
  clientQuery: client({ clientAuth: "body", tokenBody: "query" }),
  clientGet: client({ clientAuth: "body", tokenMethod: "GET", apply: { in: "query", name: "at" } }),
  clientXml: client({ clientAuth: "body", tokenBody: "xml", apply: { in: "body", name: "at" } }),
  clientSecretOnly: client({ clientAuth: "basic_secret_only", apply: { in: "cookie", name: "at" } }),
  clientSecretJwt: client({ clientAuth: "client_secret_jwt" }),
  clientPrivateKeyJwt: client({ clientAuth: "private_key_jwt", clientAssertion: { alg: "ES256" } }),
  clientTls: client({ clientAuth: "tls_client_auth", certificateBound: true }),
  clientSelfSigned: client({ clientAuth: "self_signed_tls_client_auth", certificateBound: true }),
  clientSigned: client({
    signTokenRequest: {
      algorithm: "hmac-sha256",
      key: "clientSecret",
      stringToSign: { $cel: "body" },
      apply: [{ in: "header", name: "X-Token-Signature" }],
    },
  }),
  clientDpop: client({ dpop: true }),
  clientStandard: client({ issuer: own("op"), tokenUrl: undefined }),
  password: oauth({ grant: "password" }),
  implicit: oauth({ grant: "implicit", authorizeUrl: own("authorize") }),
  jwtBearer: oauth({
    grant: "jwt_bearer",
    clientAuth: "none",
    assertion: { alg: "ES256", claims: { iss: "ada-visible", sub: { $cel: "credential.clientId" } } },
  }),
  jwtBearerHs: oauth({ grant: "jwt_bearer", assertion: { alg: "HS256", claims: { iss: "ada-visible" } } }),
  samlGiven: oauth({ grant: "saml2_bearer", samlAssertion: { value: { $cel: "credential.assertion" } } }),
  samlMade: oauth({ grant: "saml2_bearer", samlAssertion: { issuer: "ada-visible", subject: "ada", audience: "vendor" } }),
  exchange: oauth({
    grant: "token_exchange",
    exchange: {
      subject_token: { $cel: "credential.subjectToken" },
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    },
  }),
  vendorGrant: oauth({
    grant: "vendor",
    grantType: "vendor_ticket",
    steps: [step("knock", "clientSecret")],
    exchange: { ticket: { $cel: "steps.knock.ticket" }, step_nonce: { $cel: "steps.knock.nonce" } },
    refreshMode: "reissue",
  }),
  code: code(),
  codeSeconds: code({
    second: {
      bot: { accessToken: "/bot/access_token", refreshToken: "/bot/refresh_token", apply: { in: "header", name: "X-Bot" } },
    },
    keep: [{ setting: "account", from: { body: "/account" } }],
    apply: { in: "query", name: "access" },
  }),
  codeBody: code({
    clientAuth: "body",
    apply: { in: "body", name: "tok" },
    test: { operation: "find" },
  } as Partial<OAuth2Scheme>),
  codeCookie: code({ clientAuth: "none", apply: { in: "cookie", name: "tok" }, rotation: "single_use" }),
  codeDpop: code({ dpop: true, clientAuth: "none" }),
  codeAfter: code({ afterToken: [{ ...step("after", "clientSecret"), keep: { token: { body: "/token" } } }] }),
  codeExchange: code({ refreshMode: "exchange" }),
  codeStandard: code({ issuer: own("op"), tokenUrl: undefined, authorizeUrl: undefined, revokeUrl: undefined }),
  codeDynamic: code({ registration: "dynamic", registrationUrl: own("register") }),
  device: oauth({ grant: "device_code", deviceUrl: own("device"), scopes: { read: "Read" } }),
  session: {
    ...COMMON,
    kind: "session",
    fields: form("!username", "password", "secondFactor"),
    steps: [step("hello", "secondFactor")],
    login: {
      method: "POST",
      url: own("login"),
      headers: { "X-Ticket": { $cel: "steps.hello.ticket" } },
      body: { user: { $cel: "credential.username" }, password: { $cel: "credential.password" } },
    },
    token: { body: "/token" },
    apply: { in: "header", name: "X-Session" },
    keep: [{ setting: "account", from: { body: "/account" } }],
  },
  sessionHeader: {
    ...COMMON,
    kind: "session",
    fields: form("password"),
    login: { method: "POST", url: own("login"), bodyType: "form", body: { password: { $cel: "credential.password" } } },
    token: { header: "x-new-session" },
    apply: { in: "query", name: "s" },
    ttl: "1h",
  },
  sessionCookie: {
    ...COMMON,
    kind: "session",
    fields: form("password"),
    login: { method: "GET", url: own("login"), headers: { "X-Password": { $cel: "credential.password" } } },
    token: { header: "set-cookie" },
    apply: { in: "cookie", name: "sess" },
  },
  jwtHs: jwt("HS256", "sharedKey", "pin"),
  jwtHsHex: {
    ...COMMON,
    kind: "jwt",
    fields: form("hexKey"),
    assertion: { alg: "HS512", key: "hexKey", keyEncoding: "hex", claims: { iss: "ada-visible" } },
    apply: { in: "query", name: "jwt" },
  },
  jwtRs: jwt("RS256", "privateKey", "pin"),
  jwtEs: jwt("ES256", "privateKey", "pin"),
  jwtEd: jwt("EdDSA", "privateKey", "pin"),
  aws: { ...COMMON, kind: "awsSigV4", service: "execute-api", region: "eu-central-1" },
  awsSession: { ...COMMON, kind: "awsSigV4", service: "s3", region: "eu-central-1" },
  awsRole: { ...COMMON, kind: "awsSigV4", service: "execute-api", region: "eu-central-1", assumeRole: { url: own("sts") } },
  mtls: { ...COMMON, kind: "mtls" },
  hmacSha1: signed({ algorithm: "hmac-sha1", encoding: "base64" }, "hmacKey"),
  hmacSha256: signed({ algorithm: "hmac-sha256" }, "hmacKey", "publicPart"),
  hmacSha512: signed({ algorithm: "hmac-sha512", keyEncoding: "base64", encoding: "base64url" }, "base64Key"),
  hmacMd5: signed({ algorithm: "hmac-md5", keyEncoding: "hex" }, "hexKey"),
  wsse: signed(
    {
      algorithm: "sha256",
      stringToSign: { $text: "${nonce}${timestamp}${credential.wssePassword}" },
      apply: [
        {
          in: "header",
          name: "X-WSSE",
          value: { $text: 'UsernameToken Username="${credential.username}", PasswordDigest="${signature}"' },
        },
        { in: "body", name: "digest" },
      ],
    },
    "wssePassword",
    "!username",
  ),
  rsaSignature: signed({ algorithm: "rsa-sha256", encoding: "base64" }, "privateKey"),
  ecdsaSignature: signed({ algorithm: "ecdsa-sha256", encoding: "base64" }, "privateKey"),
  ed25519: signed({ algorithm: "ed25519", encoding: "base64" }, "privateKey"),
  appInstall: {
    ...COMMON,
    kind: "appInstall",
    fields: form("!appId", "privateKey", "webhookSecret"),
    assertion: { alg: "RS256", claims: { iss: { $cel: "credential.appId" } } },
    exchange: {
      name: "token",
      method: "POST",
      url: own("install"),
      headers: { Authorization: { $text: "Bearer ${assertion}" } },
      keep: { token: { body: "/token" }, expiresAt: { body: "/expires_at" } },
    },
  },
  custom: { ...COMMON, kind: "custom", fields: form("sealKey", "sealPin"), code: CODE },
  fields: {
    ...COMMON,
    test: { operation: "local" },
    kind: "fields",
    fields: form("!username", "dbPassword", "dbCertificateKey?"),
  },
  all: {
    test: COMMON.test,
    kind: "all",
    of: [
      { kind: "apiKey", in: "header", name: "X-App", field: "appKey" },
      {
        kind: "oauth2",
        grant: "client_credentials",
        tokenUrl: TOKEN_URL,
        also: [{ in: "header", name: "X-Org", value: { $cel: "credential.appKey" } }],
      },
      {
        kind: "signature",
        fields: form("requestKey"),
        algorithm: "hmac-sha256",
        key: "requestKey",
        stringToSign: { $cel: "path" },
        apply: [{ in: "query", name: "sig" }],
      },
    ],
  },
};
