// Pins: what vendors do beside the standard, read wrongly; a client that proves itself in another way than the contract says.
import type { OAuth2Scheme } from "@mortise/contract";
import { expect, test } from "vitest";
import { TokenKeeper } from "../../src/index.ts";
import { fakeEndpoint, holderOf, never, ok, type Reply } from "./fake-endpoint.ts";

const CLIENT: OAuth2Scheme = { kind: "oauth2", grant: "client_credentials", tokenUrl: "https://id.example.com/token" };
const client = { clientId: "app", clientSecret: "se:cret&1" };

async function ask(
  parts: Partial<OAuth2Scheme>,
  reply: Reply,
  fields: { readonly [name: string]: string } = client,
  settings = {},
) {
  let now = 1_000_000;
  const endpoint = fakeEndpoint(() => reply);
  const keeper = new TokenKeeper(() => now);
  const holder = holderOf({ ...CLIENT, ...parts }, fields, { settings });
  const { token } = await keeper.token(holder, endpoint.transport, never);
  const lives = async (ms: number) => {
    now = 1_000_000 + ms;
    await keeper.token(holder, endpoint.transport, never);
    return endpoint.asked.length === 1;
  };
  return { token: token.reveal(), asked: endpoint.asked, form: endpoint.forms()[0], lives };
}

test("the client proves itself by Basic, in the body, or not at all", async () => {
  const basic = await ask({ requiredScopes: ["a", "b"], scopeSeparator: "," }, ok({ access_token: "t" }));
  expect(basic.asked[0]?.headers.authorization).toBe(`Basic ${btoa("app:se%3Acret%261")}`);
  const versioned = await ask({ tokenHeaders: { "Api-Version": "2026-01-01" } }, ok({ access_token: "t" }));
  expect(versioned.asked[0]?.headers).toMatchObject({
    "api-version": "2026-01-01",
    authorization: expect.stringMatching(/^Basic /),
  });
  expect(basic.form).toEqual({ grant_type: "client_credentials", scope: "a,b" });
  const body = await ask({ clientAuth: "body", tokenParams: { audience: "api" } }, ok({ access_token: "t" }));
  expect(body.form).toEqual({
    grant_type: "client_credentials",
    audience: "api",
    client_id: "app",
    client_secret: "se:cret&1",
  });
  expect(body.asked[0]?.headers).not.toHaveProperty("authorization");
  const open = await ask({ clientAuth: "none" }, ok({ access_token: "t" }), { clientId: "app" });
  expect(open.form).toEqual({ grant_type: "client_credentials", client_id: "app" });
});

test("a body may be JSON, and a password grant sends the person's name", async () => {
  const fields = { ...client, username: "ada", password: "pw" };
  const { asked } = await ask({ grant: "password", tokenBody: "json", clientAuth: "body" }, ok({ access_token: "t" }), fields);
  expect(asked[0]?.headers["content-type"]).toBe("application/json");
  expect(JSON.parse(asked[0]?.body ?? "")).toMatchObject({ grant_type: "password", username: "ada", password: "pw" });
});

test("the token is read from where the contract says, from JSON or a form, without a token_type", async () => {
  const nested = await ask(
    { accessToken: "/authed_user/access_token" },
    ok({ access_token: "app-token", authed_user: { access_token: "user-token", expires_in: "60" } }),
  );
  expect(nested.token).toBe("user-token");
  expect(await nested.lives(47_000)).toBe(true);
  expect(await nested.lives(60_000)).toBe(false);
  expect((await ask({}, ok("access_token=tok%3D1&expires_in=60"))).token).toBe("tok=1");
});

test("the end of a token is read in every form", async () => {
  const cases: readonly (readonly [OAuth2Scheme["expiry"], object])[] = [
    [undefined, { expires_in: 100 }],
    [{ from: "expires_in", unit: "ms" }, { expires_in: 100_000 }],
    [{ from: "expires_at" }, { expires_at: 1_100 }],
    [{ from: "expires_at", unit: "ms" }, { expires_at: 1_100_000 }],
    [{ from: "expires_at" }, { expires_at: "1970-01-01T00:18:20Z" }],
    [{ from: "fixed", ttl: "100s" }, { expires_in: 5 }],
    [{ from: "expires_in", ttl: "100s" }, {}],
  ];
  for (const [expiry, answer] of cases) {
    const { lives } = await ask(expiry === undefined ? {} : { expiry }, ok({ access_token: "t", ...answer }));
    expect([answer, await lives(79_000), await lives(100_000)]).toEqual([answer, true, false]);
  }
  for (const expiry of [undefined, { from: "never" } as const]) {
    const { lives } = await ask(expiry === undefined ? {} : { expiry }, ok({ access_token: "t" }));
    expect(await lives(10_000_000)).toBe(true);
  }
});

test("a refusal for good, a wrong endpoint and trouble in passing are told apart", async () => {
  const cases: readonly (readonly [Reply, string])[] = [
    [{ status: 400, body: { error: "invalid_grant" } }, "AUTH_FAILED"],
    [{ status: 401, body: { error: "invalid_client" } }, "AUTH_FAILED"],
    [{ status: 200, body: { error: "bad_refresh_token" } }, "AUTH_FAILED"],
    [{ status: 403, body: "" }, "AUTH_FAILED"],
    [{ status: 400, body: { error: "unsupported_grant_type" } }, "MISCONFIGURED"],
    [{ status: 400, body: { error: "invalid_scope" } }, "MISCONFIGURED"],
    [{ status: 404, body: "<html>" }, "MISCONFIGURED"],
    [{ status: 200, body: { ok: true } }, "MISCONFIGURED"],
    [{ status: 302, headers: { location: "/login" }, body: "" }, "MISCONFIGURED"],
    [{ status: 503, body: "" }, "TARGET_SICK"],
    [{ status: 400, body: { error: "temporarily_unavailable" } }, "TARGET_SICK"],
    [{ status: 500, body: { error: "server_error" } }, "TARGET_SICK"],
    // A word that ends a grant does so whatever the status beside it.
    [{ status: 500, body: { error: "invalid_grant" } }, "AUTH_FAILED"],
  ];
  for (const [reply, code] of cases) await expect(ask({}, reply)).rejects.toMatchObject({ code });
  await expect(ask({}, { status: 429, headers: { "retry-after": "7" }, body: "" })).rejects.toMatchObject({
    code: "THROTTLED",
    data: { retryAtMs: 1_007_000 },
  });
});

test("a setting fills the address, and none of them leads the credential elsewhere", async () => {
  const tokenUrl = "https://{settings.site}.example.com/{settings.realm}/token";
  const good = await ask({ tokenUrl }, ok({ access_token: "t" }), client, { site: "acme", realm: "a/b" });
  expect(good.asked[0]?.url.href).toBe("https://acme.example.com/a%2Fb/token");
  const base = await ask({ tokenUrl: "{settings.base}/token" }, ok({ access_token: "t" }), client, {
    base: "https://a.example/x/",
  });
  expect(base.asked[0]?.url.href).toBe("https://a.example/x/token");
  for (const site of ["evil.com/", "evil.com#", "evil.com?", "a@evil.com", "evil.com\\"]) {
    await expect(ask({ tokenUrl }, ok({ access_token: "t" }), client, { site, realm: "r" })).rejects.toMatchObject({
      code: "MISCONFIGURED",
    });
  }
});
