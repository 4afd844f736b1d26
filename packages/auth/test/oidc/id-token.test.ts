// Pins: an ID token of somebody else that is taken for this sign-in's, and a refresh token that is lost over one.
import { generateKeyPairSync } from "node:crypto";
import type { JWTPayload } from "jose";
import { expect, test } from "vitest";
import { askForCode, exchangeCode } from "../../src/index.ts";
import { refreshedToken } from "../../src/tokens/request-token.ts";
import { formOf, hashOf, ISSUER, metadata, REDIRECT, scriptedProvider } from "./scripted-provider.ts";

const SCHEME = { requiredScopes: ["openid"] };

interface Twist {
  readonly claims?: JWTPayload;
  readonly key?: ReturnType<typeof generateKeyPairSync>["privateKey"];
  /** What is sent in place of the ID token; null: none. */
  readonly instead?: (idToken: string) => string | null;
}

/** A whole sign-in, with something of its ID token changed. */
async function signIn({ claims = {}, key, instead = (idToken) => idToken }: Twist) {
  let nonce = "";
  const provider = scriptedProvider({
    "/token": async () => {
      const now = Math.floor(Date.now() / 1_000);
      const honest = { iss: ISSUER, sub: "ada", aud: "app", iat: now, exp: now + 60, nonce, at_hash: hashOf("access-1") };
      const idToken = instead(await provider.idToken({ ...honest, ...claims }, key));
      const tokens = { access_token: "access-1", token_type: "Bearer", refresh_token: "refresh-1" };
      return { body: { ...tokens, ...(idToken === null ? {} : { id_token: idToken }) } };
    },
  });
  const query = provider.query(SCHEME);
  const { url, state, codeVerifier } = await askForCode(query, { clientId: "app", redirectUri: REDIRECT });
  nonce = url.searchParams.get("nonce") ?? "";
  const callbackUrl = new URL(`${REDIRECT}?code=c1&state=${state}`);
  const done = exchangeCode(query, { callbackUrl, redirectUri: REDIRECT, state, codeVerifier });
  done.catch(() => undefined);
  return { done, provider };
}

test("an ID token that is what it must be lets the sign-in through, checked with the provider's keys", async () => {
  const { done, provider } = await signIn({});
  expect(await done).toMatchObject({ accessToken: "access-1", refreshToken: "refresh-1" });
  expect(provider.paths()).toEqual(["/.well-known/openid-configuration", "/token", "/jwks"]);
  const sent = provider.seen.find(({ url }) => url.pathname === "/token");
  expect(sent === undefined ? {} : formOf(sent)).toMatchObject({
    code: "c1",
    code_verifier: expect.stringMatching(/^[\w-]{43}$/),
  });
});

test("at_hash may be missing", async () => {
  const { done } = await signIn({ claims: { at_hash: undefined } });
  expect(await done).toMatchObject({ accessToken: "access-1" });
});

const TWISTS: readonly (readonly [string, Twist])[] = [
  ["of another sign-in (nonce)", { claims: { nonce: "another" } }],
  ["without a nonce", { claims: { nonce: undefined } }],
  ["for another client (aud)", { claims: { aud: "another" } }],
  ["of another issuer (iss)", { claims: { iss: "https://evil.example" } }],
  ["that has ended (exp)", { claims: { exp: 1_000_000_000 } }],
  ["of another access token (at_hash)", { claims: { at_hash: hashOf("access-2") } }],
  ["that somebody else has signed", { key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey }],
  ["whose signature was cut off", { instead: (idToken) => `${idToken.split(".").slice(0, 2).join(".")}.` }],
  [
    "that nobody has signed (none)",
    { instead: (idToken) => `${Buffer.from('{"alg":"none"}').toString("base64url")}.${idToken.split(".")[1]}.` },
  ],
  ["that is none", { instead: () => "no.id.token" }],
  ["that did not come", { instead: () => null }],
];

test.each(TWISTS)("a sign-in with an ID token %s is refused", async (_, twist) => {
  const { done } = await signIn(twist);
  await expect(done).rejects.toMatchObject({ code: "AUTH_FAILED" });
  const message = await done.catch((error: Error) => error.message);
  expect(message).not.toMatch(/access-1|refresh-1|eyJ/);
});

test("an ID token that comes with a refresh does not cost the refresh token beside it", async () => {
  const tokens = { access_token: "access-2", token_type: "Bearer", refresh_token: "refresh-2", id_token: "no.id.token" };
  const { query } = scriptedProvider({ "/token": () => ({ body: tokens }) });
  expect(await refreshedToken(query(SCHEME, { refreshToken: "refresh-1" }))).toMatchObject({
    token: "access-2",
    refreshToken: "refresh-2",
  });
});

test("keys that cannot be had now are trouble in passing, not a wrong token", async () => {
  const { done } = await signInWithoutKeys();
  await expect(done).rejects.toMatchObject({ code: "TARGET_SICK" });
});

async function signInWithoutKeys() {
  const provider = scriptedProvider({
    "/.well-known/openid-configuration": () => ({ body: metadata() }),
    "/jwks": () => ({ status: 503, body: "down" }),
    "/token": async () => {
      const now = Math.floor(Date.now() / 1_000);
      const nonce = start.url.searchParams.get("nonce");
      const id_token = await provider.idToken({ iss: ISSUER, sub: "ada", aud: "app", iat: now, exp: now + 60, nonce });
      return { body: { access_token: "access-1", token_type: "Bearer", id_token } };
    },
  });
  const query = provider.query(SCHEME);
  const start = await askForCode(query, { clientId: "app", redirectUri: REDIRECT });
  const { state, codeVerifier } = start;
  const callbackUrl = new URL(`${REDIRECT}?code=c1&state=${state}`);
  const done = exchangeCode(query, { callbackUrl, redirectUri: REDIRECT, state, codeVerifier });
  done.catch(() => undefined);
  return { done };
}
