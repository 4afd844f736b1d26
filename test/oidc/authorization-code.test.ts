// Pins: a person's consent at a strict provider that does not become a connection that lives, or a stolen refresh token that goes unnoticed.
import { expect, test } from "vitest";
import { Browser } from "./browser.ts";
import { party, signIn } from "./connected.ts";
import { resourceServer } from "./resource-server.ts";
import { REDIRECT, SECRET, strictProvider } from "./strict-provider.ts";

const CLIENT = {
  client_id: "app",
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code" as const],
  scope: "openid offline_access api:read",
};
const SCHEME = {
  grant: "authorization_code",
  requiredScopes: ["openid", "offline_access"],
  authorizeParams: { prompt: "consent" },
  rotation: "single_use",
} as const;
const CREDENTIAL = { clientId: "app", clientSecret: SECRET };

async function open() {
  const provider = await strictProvider({ clients: [CLIENT] });
  const api = await resourceServer(provider);
  return { provider, api, party: party({ provider, api, scheme: SCHEME, credential: CREDENTIAL }) };
}

test("all that is said of the provider is its issuer, and a person's consent becomes a connection that calls", async () => {
  const { provider, api, party: own } = await open();
  const start = await signIn(own);
  expect(Object.fromEntries(start.searchParams)).toMatchObject({
    response_type: "code",
    code_challenge_method: "S256",
    scope: "openid offline_access",
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(await own.call()).toMatchObject({ outcome: "success", output: { verdict: "ok" } });
  expect(api.tokens).toEqual([own.stored.credential.accessToken]);
  expect(provider.seen.filter((line) => line.includes(".well-known"))).toHaveLength(1);
  expect(provider.seen).toContain("GET /jwks");
});

test("refresh tokens rotate; the one that goes next is stored, and calls go on with what came", async () => {
  const { api, party: own } = await open();
  await signIn(own);
  const first = own.stored.credential;
  await own.renew();
  const second = own.stored.credential;
  await own.renew();
  const third = own.stored.credential;
  expect(new Set([first.refreshToken, second.refreshToken, third.refreshToken]).size).toBe(3);
  expect(await own.call()).toMatchObject({ outcome: "success" });
  expect(api.tokens).toEqual([third.accessToken]);
});

test("a refresh token that somebody has used before ends the grant, and its owner is told to connect again", async () => {
  const { provider, api, party: own } = await open();
  await signIn(own);
  const stolen = { credential: own.stored.credential };
  await own.renew();
  const thief = party({ provider, api, scheme: SCHEME, stored: stolen });
  await expect(thief.renew()).rejects.toMatchObject({ code: "AUTH_FAILED", data: { nativeCode: "invalid_grant" } });
  await expect(own.renew()).rejects.toMatchObject({
    code: "AUTH_FAILED",
    data: { nativeCode: "invalid_grant", remedy: expect.stringContaining("onnect again") },
  });
  expect(own.states.at(-1)).toBe("revoked");
  const failed = await party({ provider, api, scheme: SCHEME, stored: own.stored }).call();
  expect(failed).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
});

test("an answer of another provider, with another state or for another sign-in is refused", async () => {
  const { party: own } = await open();
  const start = await own.runtime.startAuthorization({ connection: "main", redirectUri: REDIRECT });
  const { url } = await new Browser(REDIRECT).visit(start.url.href);
  const { state, codeVerifier, scopes } = start;
  const finish = (callbackUrl: string, parts: object = {}) =>
    own.runtime.finishAuthorization({
      connection: "main",
      redirectUri: REDIRECT,
      callbackUrl,
      state,
      codeVerifier,
      scopes,
      ...parts,
    });
  const changed = (name: string, value: string) => {
    const other = new URL(url);
    if (value === "") other.searchParams.delete(name);
    else other.searchParams.set(name, value);
    return other.href;
  };
  for (const answer of [changed("iss", "https://evil.example"), changed("iss", ""), changed("state", "another")])
    await expect(finish(answer)).rejects.toMatchObject({ code: "AUTH_FAILED" });
  await expect(
    finish(`${REDIRECT}?error=access_denied&state=${state}&iss=${new URL(url).searchParams.get("iss")}`),
  ).rejects.toMatchObject({
    code: "AUTH_FAILED",
    data: { nativeCode: "access_denied" },
  });
  await expect(finish(url, { codeVerifier: "x".repeat(43) })).rejects.toMatchObject({ code: "AUTH_FAILED" });
});

test("without its proof key nobody can take a code to the token endpoint", async () => {
  const { party: own } = await open();
  const start = await own.runtime.startAuthorization({ connection: "main", redirectUri: REDIRECT });
  const { url } = await new Browser(REDIRECT).visit(start.url.href);
  const reply = { connection: "main", redirectUri: REDIRECT, callbackUrl: url, state: start.state, codeVerifier: undefined };
  await expect(own.runtime.finishAuthorization(reply)).rejects.toMatchObject({ code: "AUTH_FAILED" });
});
