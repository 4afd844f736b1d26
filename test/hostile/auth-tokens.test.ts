// Pins: an ID token whose own header says how it is to be trusted, a token or a failure of one connection that becomes another's, and a proof that
// can be used again.
import { createHmac, generateKeyPairSync } from "node:crypto";
import { askForCode, exchangeCode, TokenKeeper, type TokenScheme } from "@mortise/auth";
import { decodeJwt, exportJWK, type JWTPayload, SignJWT } from "jose";
import { expect, test } from "vitest";
import { hashOf, ISSUER, REDIRECT, scriptedProvider } from "../../packages/auth/test/oidc/scripted-provider.ts";
import { fakeEndpoint, holderOf, never, ok } from "../../packages/auth/test/tokens/fake-endpoint.ts";

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const forged = generateKeyPairSync("rsa", { modulusLength: 2048 });
const text = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A whole sign-in, whose ID token `make` has signed. */
async function signIn(make: (claims: JWTPayload) => Promise<string> | string, discovery: object = {}) {
  let nonce = "";
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  const provider = scriptedProvider({
    "/.well-known/openid-configuration": () => ({
      body: {
        issuer: ISSUER,
        authorization_endpoint: `${ISSUER}/auth`,
        token_endpoint: `${ISSUER}/token`,
        jwks_uri: `${ISSUER}/jwks`,
        response_types_supported: ["code"],
        ...discovery,
      },
    }),
    "/jwks": () => ({ body: { keys: [jwk] } }),
    "/token": async () => {
      const now = Math.floor(Date.now() / 1_000);
      const claims = { iss: ISSUER, sub: "ada", aud: "app", iat: now, exp: now + 60, nonce, at_hash: hashOf("access-1") };
      return { body: { access_token: "access-1", token_type: "Bearer", id_token: await make(claims) } };
    },
  });
  const query = provider.query({ requiredScopes: ["openid"] });
  const { url, state, codeVerifier } = await askForCode(query, { clientId: "app", redirectUri: REDIRECT });
  nonce = url.searchParams.get("nonce") ?? "";
  const callbackUrl = new URL(`${REDIRECT}?code=c1&state=${state}`);
  return exchangeCode(query, { callbackUrl, redirectUri: REDIRECT, state, codeVerifier }).then(
    () => "accepted",
    (error: { code: string }) => error.code,
  );
}
const rs256 = (claims: JWTPayload, header: object = {}, key = keys.privateKey) =>
  new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k1", ...header }).sign(key);
const hs256 = (claims: JWTPayload, secret: string | Buffer, header: object = {}) => {
  const signed = `${text({ alg: "HS256", kid: "k1", ...header })}.${text(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
};

test("an honest ID token is accepted here", async () => {
  expect(await signIn((claims) => rs256(claims))).toBe("accepted");
});

test("a public key is no shared secret, and the client's secret signs no ID token that should be signed by keys", async () => {
  const pem = keys.publicKey.export({ type: "spki", format: "pem" });
  const der = keys.publicKey.export({ type: "spki", format: "der" });
  for (const secret of [pem, der, "a secret of the app", ""])
    expect(await signIn((claims) => hs256(claims, secret))).toBe("AUTH_FAILED");
  const permits = { id_token_signing_alg_values_supported: ["RS256", "HS256", "none"] };
  expect(await signIn((claims) => hs256(claims, pem), permits)).toBe("AUTH_FAILED");
  for (const alg of ["none", "None", "NONE", ""])
    expect(await signIn((claims) => `${text({ alg })}.${text(claims)}.`, permits), alg).toBe("AUTH_FAILED");
});

test("a token does not bring the key that it is verified with, nor say where one is", async () => {
  const jwk = await exportJWK(forged.publicKey);
  const headers = [
    { jwk },
    { jku: "https://evil.example/jwks" },
    { x5u: "https://evil.example/cert" },
    { kid: "../../k1" },
    { kid: "k1\u0000" },
    { kid: "__proto__" },
    { kid: "k1' or '1'='1" },
    { crit: ["exp"], exp: 1 },
    { b64: false, crit: ["b64"] },
  ];
  for (const header of headers) {
    const outcome = await signIn(async (claims) => {
      const { crit: _, ...rest } = header as { crit?: unknown };
      const token = await rs256(claims, rest, forged.privateKey);
      const [, body = "", signature = ""] = token.split(".");
      return `${text({ alg: "RS256", kid: "k1", ...header })}.${body}.${signature}`;
    });
    expect(outcome, JSON.stringify(header)).toBe("AUTH_FAILED");
  }
});

test("a token of two parts, of five, or with a signature in another spelling is none", async () => {
  for (const twist of [
    (token: string) => token.split(".").slice(0, 2).join("."),
    (token: string) => `${token}.${token.split(".")[2]}.x`,
    (token: string) => token.replaceAll(".", ".."),
    (token: string) => `${token.slice(0, -2)}`,
    (token: string) => ` ${token}`,
    (token: string) =>
      token
        .split(".")
        .map((part, index) => (index === 1 ? text({ ...decodeJwt(token), sub: "eve" }) : part))
        .join("."),
  ])
    expect(await signIn(async (claims) => twist(await rs256(claims)))).toBe("AUTH_FAILED");
});

const CLIENT: TokenScheme = { kind: "oauth2", grant: "client_credentials", tokenUrl: "https://id.acme.example/token" };
const FIELDS = { clientId: "app", clientSecret: "secret-of-the-app" };

test("equal credentials of two tenants, connectors, connections, schemes or settings have a token each", async () => {
  const { transport } = fakeEndpoint((_, count) => ok({ access_token: `token-${count}`, expires_in: 3_600 }));
  const keeper = new TokenKeeper(() => 0);
  const holders = [
    holderOf(CLIENT, FIELDS, { key: JSON.stringify(["one", "acme", "main"]), tenant: "one" }),
    holderOf(CLIENT, FIELDS, { key: JSON.stringify(["two", "acme", "main"]), tenant: "two" }),
    holderOf(CLIENT, FIELDS, { key: JSON.stringify(["one", "acme", "other"]), tenant: "one" }),
    holderOf(CLIENT, FIELDS, { key: JSON.stringify(["one", "ac", "memain"]), tenant: "one" }),
    holderOf({ ...CLIENT, requiredScopes: ["all"] }, FIELDS, { key: JSON.stringify(["one", "acme", "main"]), tenant: "one" }),
    holderOf(CLIENT, FIELDS, { key: JSON.stringify(["one", "acme", "main"]), tenant: "one", settings: { region: "eu" } }),
    holderOf(CLIENT, { ...FIELDS, clientSecret: "another" }, { key: JSON.stringify(["one", "acme", "main"]), tenant: "one" }),
  ];
  const tokens = [];
  for (const holder of holders) tokens.push((await keeper.token(holder, transport, never)).token.reveal());
  expect(new Set(tokens).size).toBe(holders.length);
  const again = [];
  for (const holder of holders.toReversed()) again.push((await keeper.token(holder, transport, never)).token.reveal());
  expect(again.toReversed()).toEqual(tokens);
});

test("a tenant whose system fails does not shut the host of a token endpoint for others", async () => {
  const { transport: failing } = fakeEndpoint(() => ({ status: 503, body: {} }));
  const { transport: working } = fakeEndpoint(() => ok({ access_token: "a" }));
  let nowMs = 0;
  const keeper = new TokenKeeper(() => nowMs);
  const mallory = (index: number) =>
    holderOf(CLIENT, { ...FIELDS, clientSecret: `wrong-${index}` }, { key: `mallory/${index}`, tenant: "mallory" });
  for (let index = 0; index < 20; index++) {
    await keeper.token(mallory(index), failing, never).catch(() => undefined);
    nowMs += 1;
  }
  const ada = holderOf(CLIENT, FIELDS, { key: "ada/acme/main", tenant: "ada" });
  expect((await keeper.token(ada, working, never)).token.reveal()).toBe("a");
  await expect(keeper.token(mallory(21), working, never)).rejects.toMatchObject({ code: "TARGET_SICK" });
});

test("a login whose steps fail elsewhere shuts no host that it merely names", async () => {
  const scheme: TokenScheme = {
    kind: "session",
    fields: { type: "object", properties: {} },
    steps: [{ name: "one", method: "GET", url: "https://evil.example/fails", keep: { a: { body: "/a" } } }],
    login: { method: "POST", url: "https://id.acme.example/login" },
    token: { body: "/token" },
    apply: { in: "header", name: "X-Session" },
  };
  const { transport } = fakeEndpoint(({ url }) =>
    url.host === "evil.example" ? { status: 503, body: {} } : ok({ access_token: "a" }),
  );
  const keeper = new TokenKeeper(() => 0);
  for (let index = 0; index < 20; index++)
    await keeper.token(holderOf(scheme, { n: String(index) }, { key: `evil/${index}` }), transport, never).catch(() => undefined);
  expect((await keeper.token(holderOf(CLIENT, FIELDS), transport, never)).token.reveal()).toBe("a");
});

test("no proof of possession is made twice, and one is for its own request and token alone", async () => {
  const proofs: string[] = [];
  const { transport } = fakeEndpoint(({ headers }) => {
    proofs.push(headers.dpop ?? "");
    return ok({ access_token: "a", token_type: "DPoP", expires_in: 1 });
  });
  let nowMs = 0;
  const keeper = new TokenKeeper(() => nowMs);
  for (let times = 0; times < 5; times++) {
    await keeper.token(holderOf({ ...CLIENT, dpop: true } as TokenScheme, FIELDS), transport, never);
    nowMs += 60_000;
  }
  const claims = proofs.map((proof) => decodeJwt(proof));
  expect(new Set(claims.map(({ jti }) => jti)).size).toBe(proofs.length);
  for (const { htm, htu } of claims) expect([htm, htu]).toEqual(["POST", "https://id.acme.example/token"]);
});

test("clients that have nothing but fields of their own names have keys of their own", async () => {
  const proofs: string[] = [];
  const scheme: TokenScheme = {
    kind: "oauth2",
    grant: "vendor",
    grantType: "api_key",
    tokenUrl: "https://id.acme.example/token",
    clientAuth: "none",
    dpop: true,
    exchange: { key: { $cel: "credential.apiKey" } },
  };
  const { transport } = fakeEndpoint(({ headers }) => {
    proofs.push(headers.dpop ?? "");
    return ok({ access_token: "a", token_type: "DPoP" });
  });
  const keeper = new TokenKeeper(() => 0);
  for (const apiKey of ["key-of-ada-1", "key-of-eve-2"])
    await keeper.token(holderOf(scheme, { clientId: "shared", apiKey }, { key: apiKey }), transport, never);
  const [one, other] = proofs.map((proof) => JSON.parse(Buffer.from(proof.split(".")[0] ?? "", "base64url").toString()).jwk.x);
  expect(one).not.toBe(other);
});
