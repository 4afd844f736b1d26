// Pins: a fake vendor at which nobody can connect, or which gives tokens for a code, a refresh token or a proof that no vendor would take.
import type { AuthScheme, Contract, OAuth2Scheme } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { createRuntime, type Runtime } from "@mortise/runtime";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator, type SimulatedConnection, type Simulator } from "../src/index.ts";
import { kindsContract } from "./kinds.ts";

const AT = "https://login.acme.example";
const redirectUri = "https://app.example/callback";

const CODE: OAuth2Scheme = {
  kind: "oauth2",
  grant: "authorization_code",
  authorizeUrl: `${AT}/authorize`,
  tokenUrl: `${AT}/token`,
  revokeUrl: `${AT}/revoke`,
  introspectUrl: `${AT}/introspect`,
  requiredScopes: ["read"],
  rotation: "single_use",
};

interface World {
  readonly simulator: Simulator;
  readonly runtime: Runtime;
  /** The sample connection without what connecting gives. */
  readonly blank: SimulatedConnection;
  call(credential: SimulatedConnection["credential"], settings?: SimulatedConnection["settings"]): ReturnType<Runtime["call"]>;
  /** Where a browser that is sent to an address is sent back to. */
  browse(url: URL): Promise<string>;
  post(path: string, form: { readonly [name: string]: string }, connection?: SimulatedConnection): Promise<Response>;
}

async function open(scheme: AuthScheme): Promise<World> {
  const contract: Contract = { ...kindsContract([]), auth: { account: scheme } };
  expect(checkContract(contract).filter(({ severity }) => severity === "error")).toEqual([]);
  const simulator = await createSimulator(contract);
  const runtime = createRuntime({
    connectors: [{ contract, natives: {} }],
    unsafeOrigins: simulator.unsafeOrigins,
    clock: { now: () => Date.now(), sleep: async () => {} },
  });
  onTestFinished(async () => {
    await runtime.close();
    await simulator.close();
  });
  const sample = simulator.connectionFor();
  const given = /^(?:accessToken|refreshToken|dpopKey|token|tokenSecret)(?:\.|$)/;
  const own = Object.entries(sample.credential ?? {}).filter(([field]) => !given.test(field));
  const blank = { ...sample, credential: Object.fromEntries(own) };
  const { credential } = sample;
  return {
    simulator,
    runtime,
    blank,
    call: (made, settings = sample.settings ?? {}) =>
      runtime.call("acme/get", {
        input: { id: "1" },
        connection: { ...sample, settings, ...(made ? { credential: made } : {}) },
      }),
    browse: async (url) => {
      const answer = await fetch(`${simulator.origin}${url.pathname}${url.search}`, { redirect: "manual" });
      expect(answer.status).toBe(302);
      return answer.headers.get("location") ?? "";
    },
    post: (path, form) =>
      fetch(`${simulator.origin}${path}`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${credential?.clientId}:${credential?.clientSecret}`)}` },
        body: new URLSearchParams(form),
      }),
  };
}

async function connect({ runtime, blank, browse }: World, connection = blank) {
  const start = await runtime.startAuthorization({ connection, redirectUri });
  const { state, codeVerifier, scopes, client } = start;
  const callbackUrl = await browse(start.url);
  const reply = { connection, redirectUri, callbackUrl, state, codeVerifier, scopes, ...(client ? { client } : {}) };
  return { callbackUrl, reply, credential: await runtime.finishAuthorization(reply) };
}

const success = { outcome: "success" };
const refused = { outcome: "fault", error: { code: "AUTH_FAILED" } };

test.each<readonly [string, Partial<OAuth2Scheme>]>([
  ["as the standard has it", {}],
  ["with an issuer, discovered, with an ID token", { issuer: `${AT}/realm/`, requiredScopes: ["openid", "read"] }],
  ["with tokens bound to a key", { dpop: true }],
  ["with a proof key in plain text", { pkce: "plain" }],
  ["without a proof key", { pkce: "off", pkceReason: "the vendor refuses it" }],
  [
    "with names and places of the vendor's own",
    {
      codeParam: "authCode",
      rename: { authorize: { client_id: "appid", state: "st" }, token: { code: "authCode", client_id: "appid" } },
      clientAuth: "body",
      tokenBody: "json",
      accessToken: "/data/token",
      refreshToken: "/data/refresh",
      scopeSeparator: ",",
      expiry: { from: "expires_at", unit: "ms", at: "/data/until", refreshAt: "/data/refreshLife" },
    },
  ],
  [
    "with a second token",
    {
      second: { user: { accessToken: "/user/token", refreshToken: "/user/refresh", apply: { in: "header", name: "X-User" } } },
    },
  ],
  ["with a client that registers on the way", { registration: "dynamic", registrationUrl: `${AT}/register` }],
])("a person connects %s, and the connection is good", async (_, more) => {
  const world = await open({ ...CODE, ...more });
  const isNew = more.registration === "dynamic";
  const { credential: own, ...rest } = world.blank;
  const { credential } = await connect(
    world,
    isNew ? { ...rest, credential: {} } : { ...rest, ...(own ? { credential: own } : {}) },
  );
  expect(credential).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) });
  expect(await world.call(credential)).toMatchObject(success);
  if (more.second !== undefined) {
    const { refreshToken: _, ...without } = credential;
    expect(await world.call({ ...without, "accessToken.user": "of nobody" })).toMatchObject(refused);
  }
  const { accessToken: _spent, expiresAt: _end, ...spent } = credential;
  expect(await world.call(spent)).toMatchObject(success);
});

test("a code counts once, with its own proof key and address only", async () => {
  const world = await open(CODE);
  const { reply } = await connect(world);
  await expect(world.runtime.finishAuthorization(reply)).rejects.toMatchObject({ code: "AUTH_FAILED" });
  const again = await world.runtime.startAuthorization({ connection: world.blank, redirectUri });
  const { codeVerifier = "" } = again;
  const code = async () => new URL(await world.browse(again.url)).searchParams.get("code") ?? "";
  const form = { grant_type: "authorization_code", redirect_uri: redirectUri, code_verifier: codeVerifier };
  const other = { ...form, code_verifier: codeVerifier.toLowerCase() };
  expect((await world.post("/token", { ...other, code: await code() })).status).toBe(400);
  expect((await world.post("/token", { ...form, redirect_uri: `${redirectUri}2`, code: await code() })).status).toBe(400);
  expect((await world.post("/token", { ...form, code: await code() })).status).toBe(200);
});

test("a refresh token is replaced, and the old one is refused", async () => {
  const world = await open(CODE);
  const first = world.simulator.connectionFor().credential?.refreshToken ?? "";
  const renew = (token: string) => world.post("/token", { grant_type: "refresh_token", refresh_token: token });
  const told = (await (await renew(first)).json()) as { readonly refresh_token: string };
  expect(told.refresh_token).not.toBe(first);
  expect((await renew(first)).status).toBe(400);
  expect((await renew(told.refresh_token)).status).toBe(200);
});

test("a token that is taken back is refused, with all that came of it; introspection says so", async () => {
  const world = await open(CODE);
  const { credential } = await connect(world);
  const active = async (token = "") =>
    (await (await world.post("/introspect", { token })).json()) as { readonly active: boolean };
  expect(await active(credential.accessToken)).toMatchObject({ active: true, scope: "read", client_id: "simulated-clientId" });
  expect(await world.runtime.disconnect({ ...world.blank, credential })).toMatchObject({ revocation: { outcome: "revoked" } });
  expect(await active(credential.accessToken)).toEqual({ active: false });
  expect(await world.call(credential)).toMatchObject(refused);
});

test("a person on another device has decided when the second question comes", async () => {
  const world = await open({ kind: "oauth2", grant: "device_code", tokenUrl: `${AT}/token`, deviceUrl: `${AT}/device` });
  const connection = world.blank;
  const device = await world.runtime.startDeviceAuthorization({ connection });
  const credential = await world.runtime.finishDeviceAuthorization({ connection, device });
  expect(world.simulator.requests.filter(({ path }) => path === "/token").map(({ status }) => status)).toEqual([400, 200]);
  expect(await world.call(credential)).toMatchObject(success);
});

test("a person connects with OAuth 1.0a, and what that tells is kept", async () => {
  const world = await open({
    kind: "oauth1",
    signature: "HMAC-SHA1",
    requestTokenUrl: `${AT}/initiate`,
    authorizeUrl: `${AT}/authorize`,
    accessTokenUrl: `${AT}/token`,
    keep: [{ setting: "installation", from: { body: "/account" }, required: true }],
  });
  const { credential } = await connect(world);
  expect(credential).toMatchObject({ token: expect.any(String), "kept.installation": expect.stringMatching(/^\d{4}$/) });
  expect(await world.call(credential)).toMatchObject(success);
  expect(await world.call({ ...credential, tokenSecret: "another" })).toMatchObject(refused);
});

test("an app is installed, and its installation is what comes back", async () => {
  const world = await open({
    kind: "appInstall",
    fields: { type: "object", required: ["privateKey"], properties: { privateKey: { type: "string", "x-secret": true } } },
    installUrl: `${AT}/install`,
    keep: [{ setting: "installation", from: { redirect: "installation_id" }, required: true }],
    assertion: { alg: "ES256", claims: {} },
    exchange: {
      name: "token",
      method: "POST",
      url: `${AT}/installations/{settings.installation}/tokens`,
      headers: { Authorization: { $text: "Bearer ${assertion}" } },
      keep: { token: { body: "/token" } },
    },
  });
  const { settings: _, ...connection } = world.blank;
  const start = await world.runtime.startAuthorization({ connection, redirectUri });
  // The vendor knows by itself where the browser goes back to, so it shows what it would bring there.
  const shown = await fetch(`${world.simulator.origin}${start.url.pathname}${start.url.search}`);
  const back = new URLSearchParams((await shown.json()) as Record<string, string>);
  const reply = { connection, redirectUri, state: start.state, codeVerifier: start.codeVerifier };
  const credential = await world.runtime.finishAuthorization({ ...reply, callbackUrl: `${redirectUri}?${back}` });
  expect(credential["kept.installation"]).toMatch(/^\d{4}$/);
  expect(await world.call(credential, {})).toMatchObject(success);
});

test("what connecting tells comes with the browser, the body and the headers of the answer", async () => {
  const world = await open({ ...CODE, keep: [{ setting: "installation", from: { redirect: "shop" }, required: true }] });
  const { callbackUrl, credential } = await connect(world);
  expect(new URL(callbackUrl).searchParams.get("shop")).toBe(credential["kept.installation"]);
  expect(await world.call(credential, {})).toMatchObject(success);
});

test("tokens come back with the address where nobody exchanges them", async () => {
  const world = await open({ kind: "oauth2", grant: "implicit", authorizeUrl: `${AT}/authorize` });
  const back = new URL(
    await world.browse(new URL(`${AT}/authorize?client_id=simulated-clientId&state=s&redirect_uri=${redirectUri}`)),
  );
  const fragment = new URLSearchParams(back.hash.slice(1));
  expect(fragment.get("state")).toBe("s");
  expect(await world.call({ accessToken: fragment.get("access_token") ?? "", clientId: "c", clientSecret: "s" })).toMatchObject(
    success,
  );
});

test("an answer to a digest challenge counts once", async () => {
  const world = await open({ kind: "digest" });
  const asked = await fetch(`${world.simulator.origin}/things?id=1`);
  expect([asked.status, asked.headers.get("www-authenticate")]).toEqual([401, expect.stringMatching(/^Digest .*SHA-256/)]);
  expect(await world.call(world.blank.credential)).toMatchObject(success);
  expect(world.simulator.requests.map(({ status }) => status)).toEqual([401, 401, 200]);
});

test("a connection from elsewhere is taken where the simulator is told of it, and no other", async () => {
  const contract: Contract = { ...kindsContract([]), auth: { key: { kind: "apiKey", in: "header", name: "X-Key" } } };
  const connections = [{ name: "mine", connector: "acme", credential: { apiKey: "from-a-file" } }];
  const simulator = await createSimulator(contract, { connections });
  onTestFinished(() => simulator.close());
  const status = async (key: string) => (await fetch(`${simulator.origin}/things?id=1`, { headers: { "x-key": key } })).status;
  expect([await status("from-a-file"), await status("simulated-apiKey"), await status("other")]).toEqual([200, 200, 401]);
});
