// Pins: tokens that stay good at the provider after a connection was ended, and ends of tokens that nobody asked for.
import { introspect, type TokenQuery, wrapCredential } from "@mortise/auth";
import type { OAuth2Scheme } from "@mortise/contract";
import { expect, test } from "vitest";
import { party, signIn } from "./connected.ts";
import { resourceServer } from "./resource-server.ts";
import { SECRET, strictProvider } from "./strict-provider.ts";

const APP = { client_id: "app", grant_types: ["authorization_code", "refresh_token"], scope: "openid offline_access" };
const ROBOT = {
  client_id: "robot",
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  scope: "api:read",
};
const PERSONAL = {
  grant: "authorization_code",
  requiredScopes: ["openid", "offline_access"],
  authorizeParams: { prompt: "consent" },
} as const;

test("ending a connection takes its tokens back at the provider, whose metadata says where", async () => {
  const provider = await strictProvider({ clients: [APP] });
  const api = await resourceServer(provider);
  const own = party({ provider, api, scheme: PERSONAL, credential: { clientId: "app", clientSecret: SECRET } });
  await signIn(own);
  expect(await own.call()).toMatchObject({ outcome: "success" });
  const { accessToken = "", refreshToken = "" } = own.stored.credential;
  expect(await own.runtime.disconnect("main")).toMatchObject({ revocation: { outcome: "revoked" } });
  expect(await provider.provider.RefreshToken.find(refreshToken)).toBeUndefined();
  expect(await provider.provider.AccessToken.find(accessToken)).toBeUndefined();
  expect(await own.call()).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
});

test("a client that the provider does not know takes nothing back, and that is told", async () => {
  const provider = await strictProvider({ clients: [APP] });
  const api = await resourceServer(provider);
  const own = party({ provider, api, scheme: PERSONAL, credential: { clientId: "app", clientSecret: SECRET } });
  await signIn(own);
  own.stored.credential = { ...own.stored.credential, clientSecret: "wrong" };
  expect(await own.runtime.disconnect("main")).toMatchObject({
    revocation: { outcome: "failed", error: { code: "AUTH_FAILED", nativeCode: "invalid_client" } },
  });
});

test("where the contract says so a token's end is asked of the provider", async () => {
  const provider = await strictProvider({ clients: [APP] });
  const api = await resourceServer(provider);
  const scheme = { ...PERSONAL, expiry: { from: "introspect" } } as const;
  const own = party({ provider, api, scheme, credential: { clientId: "app", clientSecret: SECRET } });
  const before = Date.now();
  await signIn(own);
  expect(provider.seen).toContain("POST /token/introspection");
  const endsAtMs = Number(own.stored.credential.expiresAt);
  expect(endsAtMs % 1_000).toBe(0);
  expect(endsAtMs - before).toBeGreaterThan(55_000);
  expect(endsAtMs - before).toBeLessThan(180_000);
});

test("what a token is worth can be asked, and one that is not good says no more", async () => {
  const provider = await strictProvider({ clients: [ROBOT] });
  const api = await resourceServer(provider);
  const scheme = { grant: "client_credentials", requiredScopes: ["api:read"] } as const;
  const own = party({ provider, api, scheme, credential: { clientId: "robot", clientSecret: SECRET } });
  expect(await own.call()).toMatchObject({ outcome: "success" });
  const query: TokenQuery = {
    scheme: { kind: "oauth2", issuer: provider.issuer, ...scheme } as OAuth2Scheme,
    credential: wrapCredential({ clientId: "robot", clientSecret: SECRET }),
    settings: {},
    nowMs: Date.now(),
    transport: async ({ url, method, headers, body }) => {
      const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
      return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
    },
  };
  expect(await introspect(query, api.tokens[0] ?? "")).toMatchObject({ active: true, scope: "api:read", clientId: "robot" });
  expect(await introspect(query, "no token")).toEqual({ active: false });
});
