// Pins: a token that is thought to be taken back and is not, and a vendor's own writing at endpoints that are as the standard has them.
import type { OAuth2Scheme } from "@mortise/contract";
import { expect, test } from "vitest";
import { introspect, revoke, revokeCredential, type TokenQuery, wrapCredential } from "../../src/index.ts";
import { fakeEndpoint, ok, type Reply } from "../tokens/fake-endpoint.ts";

const URLS = {
  tokenUrl: "https://id.example.com/token",
  revokeUrl: "https://id.example.com/revoke",
  introspectUrl: "https://id.example.com/introspect",
};

function queryOf(
  reply: (count: number) => Reply,
  scheme: Partial<OAuth2Scheme> = {},
  tokens: { readonly [field: string]: string } = {},
) {
  const { transport, forms, asked } = fakeEndpoint((_, count) => reply(count));
  const query: TokenQuery = {
    scheme: { kind: "oauth2", grant: "authorization_code", ...URLS, ...scheme },
    credential: wrapCredential({ clientId: "app", clientSecret: "secret", ...tokens }),
    settings: {},
    transport,
    nowMs: 1_700_000_000_000,
  };
  return { query, forms, asked };
}

test("a token is taken back by the client that has it, in a form whatever the token endpoint wants (RFC 7009 §2.1)", async () => {
  const { query, forms, asked } = queryOf(() => ({ status: 200, body: "" }), { tokenBody: "json", tokenMethod: "GET" });
  expect(await revoke(query, "r1", "refresh_token")).toBe(true);
  expect(forms()).toEqual([{ token: "r1", token_type_hint: "refresh_token" }]);
  expect(asked[0]).toMatchObject({ method: "POST", headers: { authorization: `Basic ${btoa("app:secret")}` } });
});

test("both tokens are taken back, the one that makes others first", async () => {
  const { query, forms } = queryOf(() => ({ status: 200, body: "" }), {}, { accessToken: "a1", refreshToken: "r1" });
  expect(await revokeCredential(query)).toBe(2);
  expect(forms().map(({ token }) => token)).toEqual(["r1", "a1"]);
});

test("a refusal and trouble in passing are told apart, and no endpoint is no revocation", async () => {
  const refused = queryOf(() => ({ status: 401, body: { error: "invalid_client" } }));
  await expect(revoke(refused.query, "r1", "refresh_token")).rejects.toMatchObject({ code: "AUTH_FAILED" });
  const sick = queryOf(() => ({ status: 503, body: "" }));
  await expect(revoke(sick.query, "r1", "refresh_token")).rejects.toMatchObject({ code: "TARGET_SICK" });
  const none = queryOf(() => ok({}), { revokeUrl: undefined });
  expect(await revoke(none.query, "r1", "refresh_token")).toBe(false);
  expect(none.asked).toEqual([]);
});

test("what a server says of a token is read, and one that says nothing of it is refused (RFC 7662 §2.2)", async () => {
  const said = {
    active: true,
    exp: 1_700_000_060,
    scope: "read",
    client_id: "app",
    sub: "ada",
    cnf: { jkt: "k", "x5t#S256": "c" },
  };
  expect(await introspect(queryOf(() => ok(said)).query, "a1")).toEqual({
    active: true,
    endsAtMs: 1_700_000_060_000,
    scope: "read",
    clientId: "app",
    subject: "ada",
    boundTo: { key: "k", certificate: "c" },
  });
  expect(await introspect(queryOf(() => ok({ active: false, scope: "read" })).query, "a1")).toEqual({ active: false });
  await expect(introspect(queryOf(() => ok({})).query, "a1")).rejects.toMatchObject({ code: "MISCONFIGURED" });
});
