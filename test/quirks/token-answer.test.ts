// Pins: a token that is looked for in the wrong place, and an end of its life that is read wrongly or not at all.
import type { Json, TokenExpiry } from "@mortise/contract";
import { expect } from "vitest";
import { HOUR_MS, NOW_MS, oauth2, type Params, tokenAnswer } from "./provider.ts";
import { quirk } from "./quirk.ts";

quirk(17, "the token and its refresh token are those that the contract points to", async (open) => {
  const scheme = oauth2({ accessToken: "/authed_user/access_token", refreshToken: "/authed_user/refresh_token" });
  const { signIn, call, seen, asked, clock } = await open(scheme, {
    script: {
      token: (_, __, count) => ({
        ok: true,
        access_token: "token-of-the-bot",
        authed_user: { access_token: `token-of-ada-${count}`, refresh_token: `refresh-of-ada-${count}`, expires_in: 3600 },
      }),
    },
  });
  expect(await signIn()).toMatchObject({ accessToken: "token-of-ada-1", expiresAt: String(NOW_MS + HOUR_MS) });
  await call();
  expect(seen("/me")[0]?.headers.authorization).toBe("Bearer token-of-ada-1");
  clock.nowMs += HOUR_MS;
  await call();
  expect(asked("/token")[1]?.refresh_token).toBe("refresh-of-ada-1");
});

quirk(17, "an answer of 200 that holds an error, or no token where it should be, connects nothing", async (open) => {
  for (const [body, error] of [
    [
      { ok: false, error: "invalid_code" },
      { code: "AUTH_FAILED", data: { nativeCode: "invalid_code" } },
    ],
    [tokenAnswer(1), { code: "MISCONFIGURED", data: { message: expect.stringContaining("/authed_user/access_token") } }],
  ] as const) {
    const { signIn } = await open(oauth2({ accessToken: "/authed_user/access_token" }), { script: { token: () => body } });
    await expect(signIn()).rejects.toMatchObject(error);
  }
});

const jwt = (claims: object): string =>
  ["{}", JSON.stringify(claims), "not verified"].map((part) => Buffer.from(part).toString("base64url")).join(".");

quirk(18, "the end of a token is found in every form, and one that cannot be is no end", async (open) => {
  const at = NOW_MS + HOUR_MS;
  const seconds = at / 1_000;
  const cases: readonly (readonly [TokenExpiry | undefined, Json, number | undefined])[] = [
    [undefined, { expires_in: 3600 }, at],
    [undefined, { expires_in: "3600" }, at],
    [{ from: "expires_in", unit: "ms" }, { expires_in: HOUR_MS }, at],
    [{ from: "expires_in", at: "/data/life" }, { data: { life: 3600 }, expires_in: 5 }, at],
    [{ from: "expires_at" }, { expires_at: seconds }, at],
    [{ from: "expires_at", unit: "ms" }, { expires_at: at }, at],
    [{ from: "expires_at", at: "/token/end" }, { token: { end: new Date(at).toISOString() } }, at],
    [{ from: "jwt_exp" }, { access_token: jwt({ exp: seconds }) }, at],
    [{ from: "jwt_exp", ttl: "1h" }, { access_token: "opaque" }, at],
    [{ from: "fixed", ttl: "1h" }, { expires_in: 5 }, at],
    [{ from: "never" }, { expires_in: 5 }, undefined],
    [{ from: "expires_in", ttl: "1h" }, {}, at],
    [undefined, {}, undefined],
    [undefined, { expires_in: 0 }, undefined],
    [{ from: "expires_in", ttl: "1h" }, { expires_in: 0 }, at],
    [undefined, { expires_in: -1 }, undefined],
    [undefined, { expires_in: "soon" }, undefined],
    [undefined, { expires_in: null }, undefined],
    [undefined, { expires_in: 1e300 }, undefined],
    [{ from: "expires_at" }, { expires_at: 1 }, undefined],
    [{ from: "expires_at" }, { expires_at: "tomorrow" }, undefined],
  ];
  for (const [expiry, answer, expected] of cases) {
    const { signIn } = await open(oauth2(expiry === undefined ? {} : { expiry }), {
      script: { token: () => ({ body: { access_token: "token-number-1", ...(answer as object) } }) },
    });
    const { expiresAt } = await signIn();
    expect([expiry, answer, expiresAt]).toEqual([expiry, answer, expected === undefined ? undefined : String(expected)]);
  }
});

quirk(18, "the vendor is asked when a token ends, and a vendor that does not say takes no token away", async (open) => {
  const scheme = oauth2({ expiry: { from: "introspect", ttl: "2h" }, introspectUrl: "{settings.baseUrl}/introspect" });
  const introspect = ({ token }: Params) => ({ active: true, token: token ?? "", exp: NOW_MS / 1_000 + 3600 });
  const { signIn, asked } = await open(scheme, {
    script: { token: () => ({ access_token: "token-number-1" }), at: { "/introspect": introspect } },
  });
  expect(await signIn()).toMatchObject({ expiresAt: String(NOW_MS + HOUR_MS) });
  expect(asked("/introspect")[0]).toMatchObject({ token: "token-number-1" });

  const silent = await open(scheme, {
    script: { token: () => ({ access_token: "token-number-1" }), at: { "/introspect": () => ({ status: 503 }) } },
  });
  expect(await silent.signIn()).toMatchObject({ accessToken: "token-number-1", expiresAt: String(NOW_MS + 2 * HOUR_MS) });
});

quirk(
  26,
  "a second set of tokens is kept, sent where it belongs, and renewed with the first or by its own refresh token",
  async (open) => {
    const scheme = oauth2({
      second: {
        app: {
          accessToken: "/app/access_token",
          refreshToken: "/app/refresh_token",
          apply: { in: "header", name: "X-App-Token" },
        },
      },
    });
    const { signIn, call, seen, asked, clock } = await open(scheme, {
      script: {
        token: ({ refresh_token = "" }, _, count) =>
          refresh_token.startsWith("refresh-of-the-app")
            ? { access_token: "second-token-of-the-app", refresh_token: "refresh-of-the-app-2" }
            : tokenAnswer(
                count,
                count === 1
                  ? { app: { access_token: "first-token-of-the-app", refresh_token: "refresh-of-the-app-1", expires_in: 60 } }
                  : {},
              ),
      },
    });
    expect(await signIn()).toMatchObject({
      "accessToken.app": "first-token-of-the-app",
      "expiresAt.app": String(NOW_MS + 60_000),
    });
    const result = await call();
    expect(result).toMatchObject({ outcome: "success" });
    clock.nowMs += HOUR_MS;
    await call();
    expect(seen("/me").map(({ headers }) => [headers.authorization, headers["x-app-token"]])).toEqual([
      ["Bearer token-number-1", "first-token-of-the-app"],
      ["Bearer token-number-2", "second-token-of-the-app"],
    ]);
    expect(
      asked("/token")
        .slice(1)
        .map(({ refresh_token }) => refresh_token),
    ).toEqual(["refresh-number-1", "refresh-of-the-app-1"]);
  },
);

quirk(26, "a second token that the API echoes is masked", async (open) => {
  const scheme = oauth2({ second: { app: { accessToken: "/app_token", apply: { in: "query", name: "app_token" } } } });
  const { signIn, call } = await open(scheme, {
    script: {
      token: (_, __, count) => tokenAnswer(count, { app_token: `secret-token-of-the-app-${count}` }),
      api: ({ query }) => ({ body: { echo: query.get("app_token") } }),
    },
  });
  await signIn();
  expect(await call()).toMatchObject({ outcome: "success", output: { echo: "[redacted]" } });
});
