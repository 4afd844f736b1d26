// Pins: metadata of one issuer that decides where another one's secrets go, and a provider that is asked again at every turn.
import { expect, test } from "vitest";
import { askForCode, introspect, type TokenQuery } from "../../src/index.ts";
import { requestToken } from "../../src/tokens/request-token.ts";
import { ISSUER, metadata, REDIRECT, scriptedProvider } from "./scripted-provider.ts";

const CONFIGURATION = "/.well-known/openid-configuration";
const TOKEN = { body: { access_token: "t1", token_type: "Bearer", expires_in: 60 } };
const ask = { grantType: "client_credentials", parameters: {} };
const robot = { grant: "client_credentials" } as const;

test("metadata that names another issuer is not used, and no secret goes anywhere (P1)", async () => {
  for (const issuer of ["https://evil.example", `${ISSUER}/`, undefined]) {
    const { query, paths } = scriptedProvider({ [CONFIGURATION]: () => ({ body: metadata({ issuer }) }), "/token": () => TOKEN });
    await expect(requestToken(query(robot), ask)).rejects.toMatchObject({ code: "MISCONFIGURED" });
    expect(paths()).toEqual([CONFIGURATION]);
  }
});

test.each([
  ["an address without TLS", { token_endpoint: "http://id.example.com/token" }],
  ["an address with a hole in it", { token_endpoint: `${ISSUER}/token?to={settings.secret}` }],
  ["no address", { jwks_uri: "somewhere" }],
  ["an alias without TLS", { mtls_endpoint_aliases: { token_endpoint: "http://id.example.com/token" } }],
])("metadata that gives %s is not used (P3)", async (_, parts) => {
  const { query, paths } = scriptedProvider({ [CONFIGURATION]: () => ({ body: metadata(parts) }), "/token": () => TOKEN });
  await expect(requestToken(query(robot), ask)).rejects.toMatchObject({ code: "MISCONFIGURED" });
  expect(paths()).toEqual([CONFIGURATION]);
});

test("a server that knows nothing of OpenID is asked for the metadata of OAuth 2.0 (RFC 8414 §3.1)", async () => {
  const issuer = `${ISSUER}/tenant`;
  const at = "/.well-known/oauth-authorization-server/tenant";
  const { query, paths } = scriptedProvider({ [at]: () => ({ body: metadata({ issuer }) }), "/token": () => TOKEN });
  expect(await requestToken(query({ ...robot, issuer }), ask)).toMatchObject({ token: "t1" });
  expect(paths()).toEqual(["/tenant/.well-known/openid-configuration", at, "/token"]);
});

test("the metadata is asked for once an hour, however many ask at once", async () => {
  const { query, paths } = scriptedProvider({ "/token": () => TOKEN });
  const first = query(robot);
  await Promise.all([1, 2, 3].map(() => requestToken(first, ask)));
  const asked = () => paths().filter((path) => path === CONFIGURATION).length;
  expect(asked()).toBe(1);
  await requestToken({ ...first, nowMs: first.nowMs + 3_599_000 }, ask);
  expect(asked()).toBe(1);
  await requestToken({ ...first, nowMs: first.nowMs + 3_600_000 }, ask);
  expect(asked()).toBe(2);
});

test("what is known stays in use for a day while the provider cannot be asked, and not longer (P4)", async () => {
  const { query } = scriptedProvider({
    [CONFIGURATION]: (_, count) => (count === 1 ? { body: metadata() } : { status: 503, body: "down" }),
    "/token": () => TOKEN,
  });
  const first = query(robot);
  await requestToken(first, ask);
  expect(await requestToken({ ...first, nowMs: first.nowMs + 7_200_000 }, ask)).toMatchObject({ token: "t1" });
  const late = requestToken({ ...first, nowMs: first.nowMs + 90_000_000 }, ask);
  await expect(late).rejects.toMatchObject({ code: "TARGET_SICK" });
});

test("what was learnt over one way out is not used on another one (P2)", async () => {
  const one = scriptedProvider({ "/token": () => TOKEN });
  const other = scriptedProvider({ "/token": () => TOKEN });
  const way = {};
  const over = (query: TokenQuery): TokenQuery => ({
    ...query,
    transport: Object.assign((request: Parameters<TokenQuery["transport"]>[0]) => query.transport(request), { way }),
  });
  await requestToken(over(one.query(robot)), ask);
  await requestToken(over(one.query(robot)), ask);
  await requestToken(other.query(robot), ask);
  expect(one.paths().filter((path) => path === CONFIGURATION)).toHaveLength(1);
  expect(other.paths().filter((path) => path === CONFIGURATION)).toHaveLength(1);
});

test("endpoints of the contract take the place of those in the metadata, for the token and for a person's browser", async () => {
  const { query, paths } = scriptedProvider({ "/own/token": () => TOKEN });
  const own = { tokenUrl: `${ISSUER}/own/token`, authorizeUrl: `${ISSUER}/own/auth` };
  await requestToken(query({ ...robot, ...own }), ask);
  expect(paths()).toEqual([CONFIGURATION, "/own/token"]);
  const start = await askForCode(query(own), { clientId: "app", redirectUri: REDIRECT });
  expect(start.url.pathname).toBe("/own/auth");
});

test("a vendor with ways of its own gets its endpoints from the metadata too", async () => {
  const { query, seen } = scriptedProvider({ "/token": () => TOKEN, "/introspect": () => ({ body: { active: false } }) });
  const scheme = { ...robot, tokenBody: "json" } as const;
  expect(await requestToken(query(scheme), ask)).toMatchObject({ token: "t1" });
  expect(seen.at(-1)).toMatchObject({ body: '{"grant_type":"client_credentials"}' });
  expect(await introspect(query(scheme), "t1")).toEqual({ active: false });
});

test("the issuer may hold a setting, and is compared with what that makes of it", async () => {
  const issuer = `${ISSUER}/acme`;
  const at = `/acme${CONFIGURATION}`;
  const { query } = scriptedProvider({ [at]: () => ({ body: metadata({ issuer }) }), "/token": () => TOKEN });
  const asked = { ...query({ ...robot, issuer: `${ISSUER}/{settings.tenant}` }), settings: { tenant: "acme" } };
  expect(await requestToken(asked, ask)).toMatchObject({ token: "t1" });
});
