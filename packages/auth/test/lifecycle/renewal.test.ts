// Pins: a refresh token that is sent twice, lost between the answer and the store, or called revoked when nobody can know.
import { MortiseError, type OAuth2Scheme } from "@mortise/contract";
import { expect, test } from "vitest";
import { type ConnectionHealth, HealthBook, type HealthChange, TokenKeeper } from "../../src/index.ts";
import { fakeEndpoint, holderOf, never, ok, type Reply } from "../tokens/fake-endpoint.ts";
import { sharedStore } from "./shared-store.ts";

const PERSON: OAuth2Scheme = {
  kind: "oauth2",
  grant: "authorization_code",
  tokenUrl: "https://id.example.com/token",
  rotation: "single_use",
};
const stored = { clientId: "app", clientSecret: "s3cret-of-app", refreshToken: "ref-0" };
const sick = () => new MortiseError("TARGET_SICK", "id.example.com gave no answer");
const REFUSED: Reply = { status: 400, body: { error: "invalid_grant" } };
const rotated = (_: unknown, count: number) =>
  ok({ access_token: `tok-${count}`, refresh_token: `ref-${count}`, expires_in: 100 });

/** A keeper of one process, what it was told, and a way to ask it. */
function process(
  store: ReturnType<typeof sharedStore>,
  endpoint: ReturnType<typeof fakeEndpoint>,
  scheme: Partial<OAuth2Scheme> = {},
) {
  const changes: HealthChange[] = [];
  const book = new HealthBook(() => store.nowMs, { changed: (change) => changes.push(change) });
  const keeper = new TokenKeeper(() => store.nowMs, store.store, { health: book });
  const holder = holderOf({ ...PERSON, ...scheme }, store.credential);
  return {
    keeper,
    holder,
    changes,
    ask: async () => (await keeper.token(holder, endpoint.transport, never)).token.reveal(),
    keepAlive: (isDue = true) => keeper.keepAlive({ holder, transport: endpoint.transport, signal: never, isDue: () => isDue }),
    health: (): ConnectionHealth => book.find("default", "main"),
  };
}

test("R1: of two processes one spends the refresh token, and the other takes over what came", async () => {
  const store = sharedStore(stored);
  const endpoint = fakeEndpoint(rotated);
  const two = [process(store, endpoint), process(store, endpoint)];
  expect(await Promise.all(two.map(({ ask }) => ask()))).toEqual(["tok-1", "tok-1"]);
  expect(endpoint.asked).toHaveLength(1);
  expect(two.map(({ health }) => health().state)).toEqual(["ok", "ok"]);
});

test("R1: a token that was refused here and replaced elsewhere is taken over, not replaced again", async () => {
  const store = sharedStore(stored);
  const endpoint = fakeEndpoint(rotated);
  const [one, two] = [process(store, endpoint), process(store, endpoint)];
  await Promise.all([one.ask(), two.ask()]);
  expect(one.keeper.refused(one.holder, (await one.keeper.token(one.holder, endpoint.transport, never)).generation)).toBe(true);
  expect(await one.ask()).toBe("tok-2");
  expect(two.keeper.refused(two.holder, (await two.keeper.token(two.holder, endpoint.transport, never)).generation)).toBe(true);
  expect(await two.ask()).toBe("tok-2");
  expect(endpoint.asked).toHaveLength(2);
});

test("R2: what is about to be sent is noted first; the note goes only where nothing was surely spent", async () => {
  const cases: readonly (readonly [Reply, boolean])[] = [
    [sick(), true],
    [{ status: 503, body: {} }, true],
    [{ status: 200, body: { hello: "world" } }, true],
    [{ status: 429, body: {} }, false],
    [{ status: 401, body: { error: "invalid_client" } }, false],
    [new MortiseError("EGRESS_DENIED", "not allowed"), false],
  ];
  for (const [reply, stays] of cases) {
    const store = sharedStore(stored);
    const endpoint = fakeEndpoint(() => {
      store.steps.push("sent");
      return reply;
    });
    await expect(process(store, endpoint).ask()).rejects.toBeInstanceOf(MortiseError);
    expect(store.steps.slice(0, 2)).toEqual(["begin", "sent"]);
    expect(store.begun !== undefined, JSON.stringify(reply)).toBe(stays);
  }
});

test("R3: a refresh token that came and could not be stored is stored before anything else is asked for", async () => {
  const store = sharedStore(stored);
  const endpoint = fakeEndpoint(rotated);
  const one = process(store, endpoint);
  store.faults.push(new Error("database away"));
  await expect(one.ask()).rejects.toMatchObject({ code: "TARGET_SICK", message: expect.stringContaining("could not be stored") });
  expect(store.credential).toEqual(stored);
  expect(await one.ask()).toBe("tok-1");
  expect(store.credential).toMatchObject({ accessToken: "tok-1", refreshToken: "ref-1" });
  expect(endpoint.asked).toHaveLength(1);
});

test("R3: a commit that landed though nobody heard of it is found to have landed", async () => {
  const store = sharedStore(stored);
  const endpoint = fakeEndpoint(rotated);
  const one = process(store, endpoint);
  store.landsAnyway = true;
  store.faults.push(new Error("connection reset"));
  await expect(one.ask()).rejects.toMatchObject({ code: "TARGET_SICK" });
  expect(await one.ask()).toBe("tok-1");
  expect(endpoint.asked).toHaveLength(1);
  expect(store.steps.filter((step) => step.startsWith("commit"))).toHaveLength(1);
});

test("R3: what could not be stored gives way to what the owner has entered meanwhile", async () => {
  const store = sharedStore(stored);
  const endpoint = fakeEndpoint(rotated);
  const one = process(store, endpoint);
  store.faults.push(new Error("database away"));
  await expect(one.ask()).rejects.toMatchObject({ code: "TARGET_SICK" });
  store.replace({ ...stored, accessToken: "tok-of-owner", refreshToken: "ref-of-owner", expiresAt: "90000" });
  expect(await one.ask()).toBe("tok-of-owner");
  expect(store.credential.refreshToken).toBe("ref-of-owner");
});

test("R4 and R5: a refused token is revoked, unless another is stored by then", async () => {
  const store = sharedStore(stored);
  const lost = process(
    store,
    fakeEndpoint(() => REFUSED),
  );
  await expect(lost.ask()).rejects.toMatchObject({ code: "AUTH_FAILED", data: { nativeCode: "invalid_grant" } });
  expect(lost.health()).toMatchObject({ state: "revoked", reason: { code: "invalid_grant", from: "token" } });
  expect(store.begun).toBeUndefined();

  const raced = sharedStore(stored);
  const winner = process(
    raced,
    fakeEndpoint(() => {
      raced.replace({ ...stored, accessToken: "tok-theirs", refreshToken: "ref-theirs", expiresAt: "90000" });
      return REFUSED;
    }),
  );
  expect(await winner.ask()).toBe("tok-theirs");
  expect(winner.health().state).toBe("ok");
});

test("R5: what is refused after a renewal that never ended is ambiguous, to everybody who asks", async () => {
  const store = sharedStore(stored);
  store.begun = { version: 1, sinceMs: 0 };
  const endpoint = fakeEndpoint(() => REFUSED);
  for (const one of [process(store, endpoint), process(store, endpoint)]) {
    await expect(one.ask()).rejects.toMatchObject({
      code: "AUTH_FAILED",
      data: { nativeCode: "ambiguous", remedy: "Connect again." },
    });
    expect(one.health()).toMatchObject({ state: "needs_reauth", reason: { code: "ambiguous" } });
    expect(one.changes.map(({ to }) => to)).toEqual(["refreshing", "needs_reauth"]);
  }
});

test("R5: an answer that was lost makes the next refusal ambiguous in the same process too", async () => {
  const store = sharedStore(stored);
  const one = process(
    store,
    fakeEndpoint((_, count) => (count === 1 ? sick() : REFUSED)),
  );
  await expect(one.ask()).rejects.toMatchObject({ code: "TARGET_SICK" });
  expect(one.health().state).toBe("degraded");
  store.nowMs = 1_000;
  await expect(one.ask()).rejects.toMatchObject({ data: { nativeCode: "ambiguous" } });
});

test("R5: an interrupted renewal goes on where the old token still works, and once more within the grace that the contract states", async () => {
  const lucky = sharedStore(stored);
  lucky.begun = { version: 1, sinceMs: 0 };
  expect(await process(lucky, fakeEndpoint(rotated)).ask()).toBe("tok-1");

  for (const [nowMs, asked] of [
    [30_000, 2],
    [61_000, 1],
  ] as const) {
    const store = sharedStore(stored);
    store.begun = { version: 1, sinceMs: 0 };
    store.nowMs = nowMs;
    const endpoint = fakeEndpoint((request, count) => (count === 1 ? REFUSED : rotated(request, count)));
    const asking = process(store, endpoint, { grace: "60s" }).ask();
    if (asked === 2) expect(await asking).toBe("tok-2");
    else await expect(asking).rejects.toMatchObject({ data: { nativeCode: "ambiguous" } });
    expect(endpoint.asked).toHaveLength(asked);
  }
});

test("terminal is what the standard or the contract calls so, whatever the status beside it", async () => {
  const cases: readonly (readonly [Reply, string, string])[] = [
    [{ status: 500, body: { error: "bad_refresh_token" } }, "AUTH_FAILED", "needs_reauth"],
    [{ status: 401, body: { error: "invalid_client" } }, "AUTH_FAILED", "misconfigured"],
    [{ status: 400, body: { error: "unauthorized_client" } }, "AUTH_FAILED", "misconfigured"],
    [{ status: 404, body: {} }, "MISCONFIGURED", "misconfigured"],
    [{ status: 502, body: {} }, "TARGET_SICK", "degraded"],
    [{ status: 429, body: {} }, "THROTTLED", "degraded"],
  ];
  for (const [reply, code, state] of cases) {
    const one = process(
      sharedStore(stored),
      fakeEndpoint(() => reply),
      { terminalErrors: ["bad_refresh_token"] },
    );
    await expect(one.ask()).rejects.toMatchObject({ code });
    expect(one.health().state, JSON.stringify(reply)).toBe(state);
  }
});

test("a token that has ended and cannot be renewed is not handed out, and its owner is needed", async () => {
  const store = sharedStore({ clientId: "app", clientSecret: "s3cret-of-app", accessToken: "tok-old", expiresAt: "1000" });
  const endpoint = fakeEndpoint(rotated);
  const one = process(store, endpoint);
  expect(await one.ask()).toBe("tok-old");
  store.nowMs = 1_000;
  await expect(one.ask()).rejects.toMatchObject({ code: "AUTH_FAILED" });
  expect(one.health()).toMatchObject({ state: "needs_reauth", reason: { code: "no_refresh_token" } });
  expect(endpoint.asked).toEqual([]);
});

test("what an owner is told of a refusal holds no secret that the other side repeats", async () => {
  for (const status of [400, 503]) {
    const secrets = { ...stored, refreshToken: "refresh-token-of-a-person" };
    const body = { error: "no_refresh-token-of-a-person", error_description: "refresh-token-of-a-person is not s3cret-of-app" };
    const one = process(
      sharedStore(secrets),
      fakeEndpoint(() => ({ status, body })),
    );
    await expect(one.ask()).rejects.toBeInstanceOf(MortiseError);
    expect(one.health().reason?.message).toContain("[redacted]");
    expect(JSON.stringify(one.health())).not.toMatch(/refresh-token-of-a-person|s3cret-of-app/);
  }
});

test("R6: after a failure nobody asks before a time that doubles, and a host that fails for all is left alone", async () => {
  const endpoint = fakeEndpoint(() => sick());
  const store = sharedStore(stored);
  const one = process(store, endpoint);
  const askedAt: number[] = [];
  for (; store.nowMs < 6_000; store.nowMs += 25) {
    const before = endpoint.asked.length;
    await expect(one.ask()).rejects.toMatchObject({ code: "TARGET_SICK" });
    if (endpoint.asked.length > before) askedAt.push(store.nowMs);
  }
  expect(askedAt).toEqual([0, 375, 1_125, 2_625, 5_625]);
  const other = holderOf({ ...PERSON }, stored, { key: "default/vendor/other", connection: "" });
  await expect(one.keeper.token(other, endpoint.transport, never)).rejects.toThrow("left alone for a while");
  expect(endpoint.asked).toHaveLength(5);
  store.nowMs += 12_000;
  await expect(one.keeper.token(other, endpoint.transport, never)).rejects.toThrow("gave no answer");
  expect(endpoint.asked).toHaveLength(6);
});

test("T8: a clock that is set back lengthens no life", async () => {
  const store = sharedStore(stored);
  store.nowMs = 10_000_000;
  const endpoint = fakeEndpoint(rotated);
  const one = process(store, endpoint);
  expect(await one.ask()).toBe("tok-1");
  store.nowMs -= 3_600_000;
  expect(await one.ask()).toBe("tok-2");
  store.nowMs += 79_000;
  expect(await one.ask()).toBe("tok-2");
  store.nowMs -= 900;
  expect(await one.ask()).toBe("tok-2");
  store.nowMs += 2_000;
  expect(await one.ask()).toBe("tok-3");
});

test("ahead of need a good token is renewed once, and not where another process has just done so", async () => {
  const store = sharedStore(stored);
  const endpoint = fakeEndpoint(rotated);
  const [one, two] = [process(store, endpoint), process(store, endpoint)];
  await one.ask();
  expect(await one.keepAlive(false)).toMatchObject({ expiresAtMs: 100_000, nextRefreshMs: 76_000 });
  expect(endpoint.asked).toHaveLength(1);
  store.nowMs = 76_000;
  expect(await one.keepAlive()).toMatchObject({ expiresAtMs: 176_000 });
  expect(await two.keepAlive()).toMatchObject({ expiresAtMs: 176_000 });
  expect(endpoint.asked).toHaveLength(2);
});

test("a refresh token of a client without a person is only a shorter way to the grant", async () => {
  const scheme = { grant: "client_credentials", refreshMode: "token" } as const;
  const store = sharedStore({ ...stored, refreshToken: "ref-dead" });
  const endpoint = fakeEndpoint((_, count) => (count === 1 ? REFUSED : ok({ access_token: `tok-${count}`, expires_in: 100 })));
  const one = process(store, endpoint, scheme);
  expect(await one.ask()).toBe("tok-2");
  expect(endpoint.forms().map(({ grant_type }) => grant_type)).toEqual(["refresh_token", "client_credentials"]);
  expect(one.health().state).toBe("ok");
});
