// Pins: a token that is replaced too early, too late, or in a way that its vendor does not know; a refresh token that is lost.
import { expect } from "vitest";
import { HOUR_MS, NOW_MS, oauth2, tokenAnswer } from "./provider.ts";
import { quirk } from "./quirk.ts";

quirk(19, "a token is replaced by the margin that the contract says, and no earlier than its life allows", async (open) => {
  const replacedAt = async (margin: string | undefined, lifeS: number, leftMs: number) => {
    const { signIn, call, asked, clock } = await open(oauth2(margin === undefined ? {} : { margin }), {
      script: { token: (_, __, count) => tokenAnswer(count, { expires_in: lifeS }) },
    });
    await signIn();
    await call();
    clock.nowMs += lifeS * 1_000 - leftMs;
    await call();
    return asked("/token").length === 2;
  };
  expect(await replacedAt("15m", 7200, 16 * 60_000)).toBe(false);
  expect(await replacedAt("15m", 7200, 14 * 60_000)).toBe(true);
  expect(await replacedAt("30s", 600, 31_000)).toBe(false);
  expect(await replacedAt("30s", 600, 29_000)).toBe(true);
  expect(await replacedAt(undefined, 3600, 61_000)).toBe(false);
  expect(await replacedAt(undefined, 3600, 59_000)).toBe(true);
  // Fifteen minutes of a life of five would replace it with every call.
  expect(await replacedAt("15m", 300, 200_000)).toBe(false);
});

quirk(20, "a refresh token that is spent is replaced, one that can be used again stays, and its end is known", async (open) => {
  const single = await open(
    oauth2({ rotation: "single_use", expiry: { from: "expires_in", refreshAt: "/refresh_token_expires_in" } }),
    {
      script: { token: (_, __, count) => tokenAnswer(count, { refresh_token_expires_in: 86_400 }) },
    },
  );
  expect(await single.signIn()).toMatchObject({ refreshExpiresAt: String(NOW_MS + 24 * HOUR_MS) });
  for (let count = 0; count < 2; count++) {
    single.clock.nowMs += HOUR_MS;
    expect(await single.call()).toMatchObject({ outcome: "success" });
  }
  expect(single.asked("/token").map(({ refresh_token }) => refresh_token)).toEqual([
    undefined,
    "refresh-number-1",
    "refresh-number-2",
  ]);
  expect(single.stored().credential).toMatchObject({
    refreshToken: "refresh-number-3",
    refreshExpiresAt: String(NOW_MS + 26 * HOUR_MS),
  });

  for (const rotation of ["reusable", "unknown"] as const) {
    const reused = await open(oauth2({ rotation, expiry: { from: "expires_in", refreshTtl: "P30D" } }), {
      script: {
        token: (_, __, count) => (count === 1 ? tokenAnswer(1) : { access_token: `token-number-${count}`, expires_in: 3600 }),
      },
    });
    await reused.signIn();
    for (let count = 0; count < 2; count++) {
      reused.clock.nowMs += HOUR_MS;
      expect(await reused.call()).toMatchObject({ outcome: "success" });
    }
    expect(
      reused
        .asked("/token")
        .slice(1)
        .map(({ refresh_token }) => refresh_token),
    ).toEqual(["refresh-number-1", "refresh-number-1"]);
    expect(reused.stored().credential?.refreshExpiresAt).toBe(String(NOW_MS + 720 * HOUR_MS));
  }
});

quirk(
  20,
  "a refresh token that can be used once and is not replaced is gone, and one that lies idle has its end put off by use",
  async (open) => {
    const gone = await open(oauth2({ rotation: "single_use" }), {
      script: {
        token: (_, __, count) => (count === 1 ? tokenAnswer(1) : { access_token: `token-number-${count}`, expires_in: 3600 }),
      },
    });
    await gone.signIn();
    gone.clock.nowMs += HOUR_MS;
    expect(await gone.call()).toMatchObject({ outcome: "success" });
    expect(gone.stored().credential).not.toHaveProperty("refreshToken");
    gone.clock.nowMs += HOUR_MS;
    expect(await gone.call()).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
    expect(gone.asked("/token")).toHaveLength(2);

    const idle = await open(oauth2({ expiry: { from: "expires_in", idle: "P14D" } }), {
      script: { token: (_, __, count) => (count === 1 ? tokenAnswer(1) : { access_token: "token-number-2", expires_in: 3600 }) },
    });
    expect(await idle.signIn()).toMatchObject({ refreshExpiresAt: String(NOW_MS + 14 * 24 * HOUR_MS) });
    idle.clock.nowMs += 24 * HOUR_MS;
    await idle.call();
    expect(idle.stored().credential?.refreshExpiresAt).toBe(String(NOW_MS + 15 * 24 * HOUR_MS));
  },
);

quirk(21, "a token is handed in for a new one where there is no refresh token", async (open) => {
  const scheme = oauth2({
    tokenMethod: "GET",
    clientAuth: "body",
    refreshMode: "exchange",
    refreshUrl: "{settings.baseUrl}/long-lived",
    exchange: { grant_type: "vendor_exchange_token", vendor_exchange_token: { $cel: "credential.accessToken" } },
  });
  const { signIn, call, asked, seen, clock, stored } = await open(scheme, {
    script: {
      token: () => ({ access_token: "short-lived-token", expires_in: 3600 }),
      at: { "/long-lived": () => ({ access_token: "long-lived-token", expires_in: 5_184_000 }) },
    },
  });
  await signIn();
  await call();
  clock.nowMs += HOUR_MS - 30_000;
  expect(await call()).toMatchObject({ outcome: "success" });
  expect(asked("/token")[0]).not.toHaveProperty("vendor_exchange_token");
  expect(asked("/long-lived")).toEqual([
    {
      grant_type: "vendor_exchange_token",
      vendor_exchange_token: "short-lived-token",
      client_id: "app",
      client_secret: "secret-of-the-app",
    },
  ]);
  expect(seen("/me").map(({ headers }) => headers.authorization)).toEqual([
    "Bearer short-lived-token",
    "Bearer long-lived-token",
  ]);
  expect(stored().credential).toMatchObject({ accessToken: "long-lived-token" });
});

quirk(
  21,
  "what a person consented to once is had by the client from then on, where the contract says by which grant",
  async (open) => {
    const scheme = oauth2({
      tokenUrl: "{settings.baseUrl}/{settings.tenant}/token",
      grantType: "client_credentials",
      codeParam: "tenant",
      rename: { token: { code: null, redirect_uri: null, code_verifier: null } },
      refreshMode: "reissue",
      requiredScopes: [".default"],
      keep: [{ setting: "tenant", from: { redirect: "tenant" }, required: true }],
    });
    let count = 0;
    const { signIn, call, asked, clock, seen } = await open(scheme, {
      settings: { type: "object", required: ["tenant"], properties: { tenant: { type: "string", pattern: "^[a-z0-9-]+$" } } },
      script: {
        redirect: ({ state = "" }) => ({ admin_consent: "True", tenant: "contoso-1", state }),
        at: { "/contoso-1/token": () => ({ access_token: `token-number-${++count}`, expires_in: 3600 }) },
      },
    });
    await signIn();
    clock.nowMs += HOUR_MS;
    expect(await call()).toMatchObject({ outcome: "success" });
    expect(asked("/contoso-1/token")).toEqual([
      { grant_type: "client_credentials" },
      { grant_type: "client_credentials", scope: ".default" },
    ]);
    expect(seen("/me")[0]?.headers.authorization).toBe("Bearer token-number-2");
  },
);

quirk(21, "a token that cannot be had again without a person is not asked for", async (open) => {
  const { signIn, call, asked, clock } = await open(oauth2({ refreshMode: "none" }));
  await signIn();
  clock.nowMs += HOUR_MS;
  expect(await call()).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", nativeCode: "no_refresh_token" } });
  expect(asked("/token")).toHaveLength(1);
});
