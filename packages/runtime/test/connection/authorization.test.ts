// Pins: a person's consent that does not become a working connection, or that another browser could hand in.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { OAuth2Scheme } from "@mortise/contract";
import Provider from "oidc-provider";
import { expect, onTestFinished, test } from "vitest";
import { type Connection, createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { connectorOf } from "../sample-connector.ts";

const REDIRECT = "https://mortise.example/oauth/callback";

/** A certified OpenID provider on loopback: proof keys are required, refresh tokens can be used once. */
async function openProvider(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(origin, {
    clients: [
      {
        client_id: "app",
        client_secret: "secret-of-the-app",
        redirect_uris: [REDIRECT],
        grant_types: ["authorization_code", "refresh_token"],
        scope: "openid offline_access",
      },
    ],
    scopes: ["openid", "offline_access"],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 3600, IdToken: 60, Interaction: 60, RefreshToken: 3600, Session: 3600 },
  });
  server.on("request", provider.callback());
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return origin;
}

/** What a person does: signs in, says yes, and is sent back. Returns the address that the browser ends at. */
async function consent(start: URL): Promise<string> {
  const cookies = new Map<string, string>();
  const visit = async (url: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  let url = start.href;
  for (let steps = 0; steps < 20; steps++) {
    if (url.startsWith(REDIRECT)) return url;
    const response = await visit(url);
    const next = response.headers.get("location");
    if (next !== null) {
      url = new URL(next, url).href;
      continue;
    }
    const page = await response.text();
    const form: Record<string, string> = page.includes('value="login"')
      ? { prompt: "login", login: "ada", password: "any" }
      : { prompt: "consent" };
    const done = await visit(url, form);
    url = new URL(done.headers.get("location") ?? "", url).href;
  }
  throw new Error("The provider did not send the browser back.");
}

async function open(parts: Partial<OAuth2Scheme> = {}) {
  const issuer = await openProvider();
  const vendor = await loopback(({ headers }, response) => json(response, { saw: headers.authorization }));
  onTestFinished(vendor.close);
  const scheme: OAuth2Scheme = {
    kind: "oauth2",
    grant: "authorization_code",
    authorizeUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    requiredScopes: ["openid", "offline_access"],
    authorizeParams: { prompt: "consent" },
    ...parts,
  };
  let now = 1_700_000_000_000;
  const runtime = createRuntime({
    connectors: [
      connectorOf(
        { whoAmI: { request: { method: "GET", url: { $text: "${settings.baseUrl}/me" } } } },
        { auth: { login: scheme } },
      ),
    ],
    egress: { allow: [issuer, vendor.origin] },
    clock: { now: () => now, sleep: async () => undefined },
  });
  onTestFinished(() => runtime.close());
  const connection: Connection = {
    name: "main",
    connector: "sample",
    settings: { baseUrl: vendor.origin },
    credential: { clientId: "app", clientSecret: "secret-of-the-app" },
  };
  const later = (ms: number) => {
    now += ms;
  };
  return { runtime, connection, vendor, later };
}

test("a person's consent becomes a credential that calls, and that renews itself with rotating refresh tokens", async () => {
  const { runtime, connection, vendor, later } = await open();
  const start = await runtime.startAuthorization({ connection, redirectUri: REDIRECT, scopes: ["openid"] });
  expect(Object.fromEntries(start.url.searchParams)).toMatchObject({
    response_type: "code",
    client_id: "app",
    redirect_uri: REDIRECT,
    scope: "openid offline_access",
    code_challenge_method: "S256",
    state: start.state,
  });
  const callbackUrl = await consent(start.url);
  const { state, codeVerifier } = start;
  const credential = await runtime.finishAuthorization({ connection, redirectUri: REDIRECT, callbackUrl, state, codeVerifier });
  expect(credential).toMatchObject({
    clientId: "app",
    accessToken: expect.stringMatching(/^.{20,}$/),
    refreshToken: expect.stringMatching(/^.{20,}$/),
    expiresAt: String(1_700_000_060_000),
  });

  const connected = { ...connection, credential };
  const call = () => runtime.call("sample/whoAmI", { connection: connected, input: {} });
  expect(await call()).toMatchObject({ outcome: "success", output: { saw: "Bearer [redacted]" } });
  later(60_000);
  expect(await call()).toMatchObject({ outcome: "success" });
  later(60_000);
  expect(await call()).toMatchObject({ outcome: "success" });
  const sent = vendor.seen.map(({ headers }) => headers.authorization);
  expect(new Set(sent).size).toBe(3);
  expect(sent[0]).toBe(`Bearer ${credential.accessToken}`);
});

test("an answer with another state, for another proof key, or used before, is refused", async () => {
  const { runtime, connection } = await open();
  const start = await runtime.startAuthorization({ connection, redirectUri: REDIRECT });
  const callbackUrl = await consent(start.url);
  const { state, codeVerifier } = start;
  const finish = (parts: object) =>
    runtime.finishAuthorization({ connection, redirectUri: REDIRECT, callbackUrl, state, codeVerifier, ...parts });
  await expect(finish({ state: "of another browser" })).rejects.toMatchObject({
    code: "AUTH_FAILED",
    message: expect.stringContaining("state"),
  });
  await expect(finish({ callbackUrl: callbackUrl.replace(/iss=[^&]*/, "iss=https%3A%2F%2Fevil.example") })).rejects.toMatchObject(
    {
      code: "AUTH_FAILED",
      message: expect.stringContaining("iss"),
    },
  );
  await expect(finish({ codeVerifier: "x".repeat(43) })).rejects.toMatchObject({
    code: "AUTH_FAILED",
    data: { nativeCode: "invalid_grant" },
  });
  expect(await finish({})).toHaveProperty("accessToken");
  await expect(finish({})).rejects.toMatchObject({ code: "AUTH_FAILED", data: { nativeCode: "invalid_grant" } });
  const refused = `${REDIRECT}?error=access_denied&error_description=Ada+said+no&state=${state}`;
  await expect(finish({ callbackUrl: refused })).rejects.toMatchObject({
    code: "AUTH_FAILED",
    message: "Access was not granted: Ada said no.",
  });
});

test("a proof key is sent as the contract says, and a scheme without a person is told so", async () => {
  const plain = await open({ pkce: "plain" });
  const start = await plain.runtime.startAuthorization({ connection: plain.connection, redirectUri: REDIRECT });
  expect(start.url.searchParams.get("code_challenge")).toBe(start.codeVerifier);
  const off = await open({ pkce: "off", pkceReason: "The vendor refuses it." });
  const without = await off.runtime.startAuthorization({ connection: off.connection, redirectUri: REDIRECT });
  expect(without.codeVerifier).toBeUndefined();
  expect(without.url.searchParams.has("code_challenge")).toBe(false);
  const client = await open({ grant: "client_credentials" });
  await expect(client.runtime.startAuthorization({ connection: client.connection, redirectUri: REDIRECT })).rejects.toMatchObject(
    { code: "MISCONFIGURED" },
  );
});
