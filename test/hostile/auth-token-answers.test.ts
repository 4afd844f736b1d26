// Pins: what a token endpoint can do with figures, sizes, names and words: a token of no end, a date that no calendar has, an answer that
// fills the store, a log line or a terminal that it writes into, a prototype that it changes.

import { generateKeyPairSync } from "node:crypto";
import { exchangeCode, pollDevice, startDevice, TokenKeeper, type TokenQuery, wrapCredential } from "@mortise/auth";
import type { AppInstallScheme, AwsSigV4Scheme, OAuth2Scheme, SessionScheme } from "@mortise/contract";
import { describe, expect, it, test } from "vitest";
import { fakeEndpoint, holderOf, never, ok } from "../../packages/auth/test/tokens/fake-endpoint.ts";

const NOW_MS = 1_800_000_000_000;
const LATEST_MS = 8.64e15;
const APP = { clientId: "app", clientSecret: "secret-of-the-app" };
const CODE: OAuth2Scheme = {
  kind: "oauth2",
  grant: "authorization_code",
  authorizeUrl: "https://id.acme.example/authorize",
  tokenUrl: "https://id.acme.example/token",
  pkce: "off",
  expiry: { from: "expires_in", refreshAt: "/refresh_expires_in" },
  second: { bot: { accessToken: "/bot/access_token", apply: { in: "header", name: "X-Bot" } } },
};
const back = {
  redirectUri: "https://mortise.example/back",
  state: "state-of-the-sign-in-1",
  codeVerifier: undefined,
  callbackUrl: new URL("https://mortise.example/back?code=c&state=state-of-the-sign-in-1"),
};

function queryOf(body: unknown, scheme: Partial<OAuth2Scheme> = {}, status = 200): TokenQuery {
  const { transport } = fakeEndpoint(() => ({ status, body }));
  return { scheme: { ...CODE, ...scheme }, credential: wrapCredential(APP), settings: {}, transport, nowMs: NOW_MS };
}

/** Figures that are none, or that no calendar has; as JSON has them. */
const FIGURES = [
  "1e308",
  "1e400",
  "-1",
  "0",
  "-1e308",
  '"NaN"',
  '"Infinity"',
  '"1e308"',
  '"0x10"',
  '""',
  "[]",
  "{}",
  "null",
  "true",
  '"1; drop"',
  "8640000000001",
];

function expectDates(fields: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(fields)) {
    if (!/expires|ends/i.test(name)) continue;
    expect({ name, ends: Number(text) }).toEqual({ name, ends: expect.any(Number) });
    expect(Number(text), name).toBeGreaterThan(NOW_MS);
    expect(Number(text), name).toBeLessThanOrEqual(LATEST_MS);
  }
}

describe.each(FIGURES)("expires_in: %s", (figure) => {
  it("is a date that there is, or none", async () => {
    const bot = `"bot":{"access_token":"b-token","expires_in":${figure}}`;
    const body = `{"access_token":"a-token","refresh_token":"r","expires_in":${figure},"refresh_expires_in":${figure},${bot}}`;
    expectDates(await exchangeCode(queryOf(body), back));
    const at = `{"access_token":"a-token","expires_at":${figure}}`;
    expectDates(await exchangeCode(queryOf(at, { expiry: { from: "expires_at" } }), back));
    expectDates(await exchangeCode(queryOf(at, { expiry: { from: "expires_at", unit: "ms" } }), back));
  });

  it("of a step after the token is a date that there is, or none", async () => {
    const { transport } = fakeEndpoint(({ url }) =>
      ok(url.pathname === "/token" ? { access_token: "a" } : `{"t":"second-token","e":${figure}}`),
    );
    const scheme: OAuth2Scheme = {
      ...CODE,
      afterToken: [
        {
          name: "more",
          method: "POST",
          url: "https://id.acme.example/more",
          keep: { token: { body: "/t" }, ...(["null", '""'].includes(figure) ? {} : { expiresIn: { body: "/e" } }) },
        },
      ],
    };
    expectDates(await exchangeCode({ ...queryOf({}), scheme, transport }, back));
  });

  it("of a device's code is a time that a person can wait for", async () => {
    const body = `{"device_code":"d","user_code":"AB","verification_uri":"https://id.acme.example/go","expires_in":${figure},"interval":${figure}}`;
    const start = await startDevice(queryOf(body, { grant: "device_code", deviceUrl: "https://id.acme.example/device" }));
    expect(start.intervalMs).toBeGreaterThanOrEqual(1_000);
    expect(start.intervalMs).toBeLessThanOrEqual(300_000);
    expect(start.expiresAtMs).toBeGreaterThan(NOW_MS);
    expect(start.expiresAtMs).toBeLessThanOrEqual(NOW_MS + 86_400_000);
  });

  it("of an installation's token keeps no call from having one", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const text = { type: "string", title: "Text" } as const;
    const scheme: AppInstallScheme = {
      kind: "appInstall",
      fields: { type: "object", properties: { privateKey: text } },
      assertion: { alg: "ES256", claims: {} },
      exchange: {
        name: "exchange",
        method: "POST",
        url: "https://id.acme.example/installation",
        keep: { token: { body: "/token" }, ...(["null", '""'].includes(figure) ? {} : { expiresAt: { body: "/at" } }) },
      },
    };
    const endpoint = fakeEndpoint((_, count) => ok(`{"token":"installed-${count}","at":${figure}}`));
    const keeper = new TokenKeeper(() => NOW_MS);
    const holder = holderOf(scheme, { privateKey: pem });
    for (let calls = 0; calls < 3; calls++) await keeper.token(holder, endpoint.transport, never);
    expect(endpoint.asked).toHaveLength(1);
  });
});

test("the end that a role's keys are said to have is no reason to ask for others at each call", async () => {
  const scheme: AwsSigV4Scheme = { kind: "awsSigV4", service: "s3", region: "eu-central-1", assumeRole: {} };
  const fields = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI", roleArn: "arn:aws:iam::1:role/r" };
  for (const end of ["1970-01-01T00:00:00Z", "+275760-09-13T00:00:00.001Z", "never", ""]) {
    const keys = "<AccessKeyId>A</AccessKeyId><SecretAccessKey>S</SecretAccessKey><SessionToken>T</SessionToken>";
    const endpoint = fakeEndpoint(() => ok(`<r>${keys}<Expiration>${end}</Expiration></r>`));
    const keeper = new TokenKeeper(() => NOW_MS);
    for (let calls = 0; calls < 3; calls++) await keeper.token(holderOf(scheme, fields), endpoint.transport, never);
    expect(endpoint.asked, end).toHaveLength(1);
  }
});

test("entities and nested elements in what a token service says are text, however many there are", async () => {
  const scheme: AwsSigV4Scheme = { kind: "awsSigV4", service: "s3", region: "eu-central-1", assumeRole: {} };
  const fields = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI", roleArn: "arn:aws:iam::1:role/r" };
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${"<AccessKeyId>".repeat(100_000)}&b;`;
  const endpoint = fakeEndpoint(() => ok(bomb));
  const keeper = new TokenKeeper(() => NOW_MS);
  const startedMs = performance.now();
  await expect(keeper.token(holderOf(scheme, fields), endpoint.transport, never)).rejects.toMatchObject({
    code: "MISCONFIGURED",
  });
  expect(performance.now() - startedMs).toBeLessThan(2_000);
});

const HUGE = "x".repeat(2_000_000);

test.each<[string, object, Partial<OAuth2Scheme>]>([
  ["an access token", { access_token: HUGE }, {}],
  ["a refresh token", { access_token: "a", refresh_token: HUGE }, {}],
  ["a scope", { access_token: "a", scope: HUGE }, {}],
  ["a second token", { access_token: "a", bot: { access_token: HUGE } }, {}],
  ["something kept", { access_token: "a", site: HUGE }, { keep: [{ setting: "site", from: { body: "/site" } }] }],
])("%s that is too large to keep is refused by its size", async (_, body, scheme) => {
  const failure = await exchangeCode(queryOf(body, scheme), back).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "LIMIT_EXCEEDED" });
  expect(String(failure).length).toBeLessThan(500);
});

test("a session's token that is too large to keep is refused by its size", async () => {
  const scheme: SessionScheme = {
    kind: "session",
    fields: { type: "object", properties: {} },
    login: { method: "POST", url: "https://id.acme.example/login" },
    token: { body: "/token" },
    apply: { in: "header", name: "X-Session" },
  };
  const { transport } = fakeEndpoint(() => ok({ token: HUGE }));
  await expect(new TokenKeeper(() => NOW_MS).token(holderOf(scheme, {}), transport, never)).rejects.toMatchObject({
    code: "LIMIT_EXCEEDED",
  });
});

/** Moves a terminal's cursor, colours it, names a link, turns text around, begins a new line of a log. */
const WRITES = "\u001b[2J\u001b]8;;https://evil.example\u0007\u202egnp.exe\u2066\r\nINFO forged line\u0000\u009b31m\u2028";
const ACTS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test("what a server says of a refusal cannot write into a log or a terminal", async () => {
  const body = { error: `invalid_grant${WRITES}`, error_description: `No${WRITES}` };
  for (const scheme of [{}, { issuer: undefined }]) {
    const failure = await exchangeCode(queryOf(body, scheme, 400), back).catch((error: unknown) => error);
    const { message, nativeCode } = (failure as { data: { message: string; nativeCode?: string } }).data;
    expect(`${message}${nativeCode}`).not.toMatch(ACTS);
    expect(message).toMatch(/invalid_grant/);
  }
  const refused = new URL(back.callbackUrl);
  refused.search = String(new URLSearchParams({ state: back.state, error: "access_denied", error_description: `No${WRITES}` }));
  const failure = await exchangeCode(queryOf({}), { ...back, callbackUrl: refused }).catch((error: unknown) => error);
  expect((failure as Error).message).not.toMatch(ACTS);
});

test("what a person is told to open and to enter cannot write into a terminal, nor lead elsewhere than it shows", async () => {
  const scheme = { grant: "device_code", deviceUrl: "https://id.acme.example/device" } as const;
  const start = { device_code: "d", user_code: `AB${WRITES}`, verification_uri: `https://id.acme.example/go${WRITES}` };
  const told = await startDevice(
    queryOf({ ...start, verification_uri_complete: `https://id.acme.example/go?c=${WRITES}` }, scheme),
  );
  expect(`${told.userCode}${told.verificationUri}${told.verificationUriComplete}`).not.toMatch(ACTS);
  for (const verification_uri of ["https://id.acme.example@evil.example/", "https://user:pass@evil.example/"])
    await expect(startDevice(queryOf({ ...start, verification_uri }, scheme))).rejects.toMatchObject({ code: "MISCONFIGURED" });
  await expect(startDevice(queryOf({ ...start, user_code: "x".repeat(10_000) }, scheme))).rejects.toMatchObject({
    code: "MISCONFIGURED",
  });
});

test("a server that says slow down without end makes nobody wait without end", async () => {
  const scheme = { grant: "device_code", deviceUrl: "https://id.acme.example/device" } as const;
  const query = queryOf({ error: "slow_down" }, scheme, 400);
  let intervalMs = 5_000;
  for (let times = 0; times < 200; times++) {
    const start = {
      userCode: "A",
      verificationUri: "https://a.example/",
      deviceCode: "d",
      expiresAtMs: NOW_MS,
      intervalMs,
      scopes: [],
    };
    const poll = await pollDevice(query, start);
    intervalMs = poll.state === "pending" ? poll.intervalMs : 0;
  }
  expect(intervalMs).toBeLessThanOrEqual(300_000);
});

test("names of the language in an answer change no object and come to no field", async () => {
  const body = `{"access_token":"a","__proto__":{"refresh_token":"stolen","polluted":1},"constructor":{"prototype":{"polluted":1}},"expires_in":60}`;
  const fields = await exchangeCode(queryOf(body, { refreshToken: "/__proto__/refresh_token" }), back);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  expect(({} as { refresh_token?: unknown }).refresh_token).toBeUndefined();
  for (const pointer of ["/constructor/name", "/toString", "/access_token/length", "/__proto__"])
    await expect(exchangeCode(queryOf({ a: 1 }, { accessToken: pointer }), back)).rejects.toMatchObject({
      code: "MISCONFIGURED",
    });
  const form = "access_token=a&__proto__=x&__proto__[polluted]=1&constructor[prototype][polluted]=1";
  expect(await exchangeCode(queryOf(form), back)).toMatchObject({ accessToken: "a" });
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test("what only the one account had does not go along with another one's tokens", async () => {
  const query = queryOf({ access_token: "new" }, { keep: [{ setting: "site", from: { body: "/site" } }] });
  const before = {
    ...APP,
    accessToken: "old",
    "accessToken.bot": "old-bot",
    "expiresAt.bot": "1",
    "kept.site": "https://old.example",
  };
  const fields = await exchangeCode({ ...query, credential: wrapCredential(before) }, back);
  expect(fields).toEqual({ ...APP, accessToken: "new" });
});

test("a code on another device that gives no refresh token does not leave the one of the account before", async () => {
  const query = queryOf({ access_token: "new" }, { grant: "device_code" });
  const start = {
    userCode: "A",
    verificationUri: "https://a.example/",
    deviceCode: "d",
    expiresAtMs: NOW_MS,
    intervalMs: 1_000,
    scopes: [],
  };
  const before = { ...APP, accessToken: "old", refreshToken: "old-refresh", expiresAt: "9", scope: "all" };
  const poll = await pollDevice({ ...query, credential: wrapCredential(before) }, start);
  expect(poll).toEqual({ state: "granted", credential: { ...APP, accessToken: "new" } });
});
