// Pins: a token endpoint that is stormed, a token used after its end, a refresh token that is lost, a secret that shows.
import { MortiseError, type OAuth2Scheme, type SessionScheme } from "@mortise/contract";
import { expect, test } from "vitest";
import { type CredentialStore, type PlainCredential, TokenKeeper } from "../../src/index.ts";
import { fakeEndpoint, holderOf, never, ok } from "./fake-endpoint.ts";

const CLIENT: OAuth2Scheme = { kind: "oauth2", grant: "client_credentials", tokenUrl: "https://id.example.com/token" };
const PERSON: OAuth2Scheme = { ...CLIENT, grant: "authorization_code" };
const client = { clientId: "app", clientSecret: "s3cret-of-app" };
const sick = () => new MortiseError("TARGET_SICK", "id.example.com gave no answer");

test("T1: all who ask at once share one fetch, also where one of them gives up", async () => {
  const release = Promise.withResolvers<void>();
  const endpoint = fakeEndpoint(async () => {
    await release.promise;
    return ok({ access_token: "tok-one", expires_in: 3600 });
  });
  const keeper = new TokenKeeper(() => 0);
  const holder = holderOf(CLIENT, client);
  const impatient = new AbortController();
  const first = keeper.token(holder, endpoint.transport, impatient.signal);
  const others = [1, 2, 3].map(() => keeper.token(holderOf(CLIENT, client), endpoint.transport, never));
  impatient.abort(new Error("enough"));
  await expect(first).rejects.toThrow("enough");
  release.resolve();
  for (const held of await Promise.all(others)) expect(held.token.reveal()).toBe("tok-one");
  expect(endpoint.asked).toHaveLength(1);
});

test("T1: connections, credentials and settings do not share tokens", async () => {
  const endpoint = fakeEndpoint((_, count) => ok({ access_token: `tok-${count}` }));
  const keeper = new TokenKeeper(() => 0);
  const holders = [
    holderOf(CLIENT, client),
    holderOf(CLIENT, client, { key: "default/vendor/other" }),
    holderOf(CLIENT, { ...client, clientSecret: "another-secret" }),
    holderOf(CLIENT, client, { settings: { realm: "b" } }),
  ];
  const tokens = await Promise.all(holders.map((holder) => keeper.token(holder, endpoint.transport, never)));
  expect(new Set(tokens.map(({ token }) => token.reveal())).size).toBe(4);
});

test("T2: a token is replaced its margin before the end, and a fifth of its life at most", async () => {
  let now = 0;
  const endpoint = fakeEndpoint((_, count) => ok({ access_token: `tok-${count}`, expires_in: 100 }));
  const keeper = new TokenKeeper(() => now);
  const ask = async (margin: string) =>
    (await keeper.token(holderOf({ ...CLIENT, margin }, client), endpoint.transport, never)).token.reveal();
  expect(await ask("10s")).toBe("tok-1");
  now = 89_999;
  expect(await ask("10s")).toBe("tok-1");
  now = 90_000;
  expect(await ask("10s")).toBe("tok-2");
  expect(await ask("10m")).toBe("tok-3");
  now = 169_999;
  expect(await ask("10m")).toBe("tok-3");
  now = 170_000;
  expect(await ask("10m")).toBe("tok-4");
});

test("T2: of a stored token the rest of its life counts, so that a short one is not replaced at once", async () => {
  let now = 1_000_000;
  const endpoint = fakeEndpoint((_, count) => ok({ access_token: `tok-${count}`, expires_in: 60 }));
  const keeper = new TokenKeeper(() => now);
  const stored = { ...client, accessToken: "tok-stored", refreshToken: "ref-one", expiresAt: "1050000" };
  const ask = async () => (await keeper.token(holderOf(PERSON, stored), endpoint.transport, never)).token.reveal();
  expect(await ask()).toBe("tok-stored");
  now = 1_039_999;
  expect(await ask()).toBe("tok-stored");
  now = 1_040_000;
  expect(await ask()).toBe("tok-1");
});

test("T3 and T6: a token that is still good bridges an endpoint that is sick, one that has ended does not", async () => {
  let now = 0;
  const endpoint = fakeEndpoint((_, count) => (count === 1 ? ok({ access_token: "tok-one", expires_in: 100 }) : sick()));
  const keeper = new TokenKeeper(() => now);
  const holder = holderOf(CLIENT, client);
  await keeper.token(holder, endpoint.transport, never);
  now = 98_000;
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("tok-one");
  now = 98_300;
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("tok-one");
  expect(endpoint.asked).toHaveLength(2);
  now = 100_000;
  await expect(keeper.token(holder, endpoint.transport, never)).rejects.toThrow("no answer");
  expect(endpoint.asked).toHaveLength(3);
});

test("T4: a refused token is replaced once, and a replacement that is refused too is kept for a minute", async () => {
  let now = 0;
  const endpoint = fakeEndpoint((_, count) => ok({ access_token: `tok-${count}` }));
  const keeper = new TokenKeeper(() => now);
  const holder = holderOf(CLIENT, client);
  const one = await keeper.token(holder, endpoint.transport, never);
  expect([1, 2].map(() => keeper.refused(holder, one.generation))).toEqual([true, true]);
  const two = await keeper.token(holder, endpoint.transport, never);
  expect(two.token.reveal()).toBe("tok-2");
  expect(keeper.refused(holder, one.generation)).toBe(true);
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("tok-2");
  expect(keeper.refused(holder, two.generation)).toBe(false);
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("tok-2");
  now = 60_000;
  expect(keeper.refused(holder, two.generation)).toBe(true);
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("tok-3");
});

test("T5: a new refresh token is saved before the access token is used, and saved again where that failed", async () => {
  const steps: string[] = [];
  let broken = true;
  const store: CredentialStore = {
    save: async (connection, tenant, credential, previous) => {
      steps.push(`save ${tenant}/${connection} ${previous.refreshToken} -> ${credential.refreshToken}`);
      if (broken) throw new Error("disk full");
    },
  };
  const endpoint = fakeEndpoint(() => ok({ access_token: "tok-new", refresh_token: "ref-two", expires_in: 60 }));
  const keeper = new TokenKeeper(() => 0, store);
  const holder = holderOf(PERSON, { ...client, refreshToken: "ref-one" });
  await expect(keeper.token(holder, endpoint.transport, never)).rejects.toMatchObject({ code: "TARGET_SICK" });
  broken = false;
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("tok-new");
  expect(steps).toEqual(["save default/main ref-one -> ref-two", "save default/main ref-one -> ref-two"]);
  expect(endpoint.forms()).toEqual([{ grant_type: "refresh_token", refresh_token: "ref-one" }]);
});

test("T5: the old refresh token stays where none comes, unless it can be used once only", async () => {
  let now = 0;
  const endpoint = fakeEndpoint((_, count) => ok({ access_token: `tok-${count}`, expires_in: 60 }));
  const saved: PlainCredential[] = [];
  const store: CredentialStore = { save: async (_, __, credential) => void saved.push(credential) };
  const keeper = new TokenKeeper(() => now, store);
  const reusable = holderOf(PERSON, { ...client, refreshToken: "ref-one" });
  await keeper.token(reusable, endpoint.transport, never);
  now = 60_000;
  await keeper.token(reusable, endpoint.transport, never);
  expect(endpoint.forms().map(({ refresh_token }) => refresh_token)).toEqual(["ref-one", "ref-one"]);
  const once = holderOf({ ...PERSON, rotation: "single_use" }, { ...client, refreshToken: "ref-one" });
  await keeper.token(once, endpoint.transport, never);
  now = 120_000;
  await expect(keeper.token(once, endpoint.transport, never)).rejects.toMatchObject({ code: "AUTH_FAILED" });
  expect(saved.at(-1)).toEqual({ ...client, accessToken: "tok-3", expiresAt: "120000" });
});

test("the credential that was saved is known when it is read back", async () => {
  const endpoint = fakeEndpoint((_, count) =>
    ok({ access_token: `tok-${count}`, refresh_token: `ref-${count}`, expires_in: 60 }),
  );
  let saved: PlainCredential = {};
  const store: CredentialStore = {
    save: async (_, __, credential) => {
      saved = credential;
    },
  };
  const keeper = new TokenKeeper(() => 0, store);
  await keeper.token(holderOf(PERSON, { ...client, refreshToken: "ref-zero" }), endpoint.transport, never);
  const again = await keeper.token(holderOf(PERSON, saved), endpoint.transport, never);
  expect(again.token.reveal()).toBe("tok-1");
  expect(endpoint.asked).toHaveLength(1);
});

test("after many renewals the token is still found by the first credential and by the latest", async () => {
  let now = 0;
  let saved: PlainCredential = {};
  const endpoint = fakeEndpoint((_, count) =>
    ok({ access_token: `tok-${count}`, refresh_token: `ref-${count}`, expires_in: 60 }),
  );
  const store: CredentialStore = {
    save: async (_, __, credential) => {
      saved = credential;
    },
  };
  for (const keeper of [new TokenKeeper(() => now, store), new TokenKeeper(() => now)]) {
    now = 0;
    const first = { ...client, refreshToken: `ref-${endpoint.asked.length}` };
    const ask = async (fields: PlainCredential) =>
      (await keeper.token(holderOf(PERSON, fields), endpoint.transport, never)).token;
    for (; now < 20 * 60_000; now += 60_000) await ask(first);
    now -= 60_000;
    const asked = endpoint.asked.length;
    const latest = await ask(first);
    expect(latest.reveal()).toBe(`tok-${asked}`);
    if (asked === 20) expect(await ask(saved)).toBe(latest);
    expect(endpoint.asked).toHaveLength(asked);
  }
});

test("what another process has refreshed is taken over before and after a refresh token is spent", async () => {
  let now = 0;
  let stored: PlainCredential = { ...client, refreshToken: "ref-one" };
  const endpoint = fakeEndpoint(() => {
    stored = { ...client, refreshToken: "ref-three", accessToken: "tok-theirs-3", expiresAt: "400000" };
    return { status: 400, body: { error: "invalid_grant" } };
  });
  const keeper = new TokenKeeper(() => now, { save: async () => undefined, load: async () => stored });
  const holder = holderOf(PERSON, stored);
  stored = { ...client, refreshToken: "ref-two", accessToken: "tok-theirs-2", expiresAt: "200000" };
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("tok-theirs-2");
  expect(endpoint.asked).toHaveLength(0);
  now = 200_000;
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("tok-theirs-3");
  expect(endpoint.forms()).toEqual([{ grant_type: "refresh_token", refresh_token: "ref-two" }]);
});

test("T6: what was refused for good is not asked for again within a minute", async () => {
  let now = 0;
  const endpoint = fakeEndpoint(() => ({ status: 400, body: { error: "invalid_grant", error_description: "revoked" } }));
  const keeper = new TokenKeeper(() => now);
  const holder = holderOf(PERSON, { ...client, refreshToken: "ref-one" });
  const refusal = { code: "AUTH_FAILED", message: expect.stringContaining("invalid_grant: revoked") };
  await expect(keeper.token(holder, endpoint.transport, never)).rejects.toMatchObject(refusal);
  now = 59_999;
  await expect(keeper.token(holder, endpoint.transport, never)).rejects.toMatchObject(refusal);
  expect(endpoint.asked).toHaveLength(1);
  now = 60_000;
  await expect(keeper.token(holder, endpoint.transport, never)).rejects.toMatchObject(refusal);
  expect(endpoint.asked).toHaveLength(2);
});

test("T7: every token that came is masked, by the redactors of all who ask", async () => {
  const endpoint = fakeEndpoint(() => ok({ access_token: "tok-abcdef12", refresh_token: "ref-abcdef12" }));
  const keeper = new TokenKeeper(() => 0);
  const [one, two] = [1, 2].map(() => holderOf(PERSON, { ...client, refreshToken: "ref-one-12345" }));
  if (one === undefined || two === undefined) throw new Error("two holders are needed");
  await Promise.all([one, two].map((holder) => keeper.token(holder, endpoint.transport, never)));
  for (const { redactor } of [one, two]) {
    expect(redactor.text("tok-abcdef12 ref-abcdef12 ref-one-12345")).toBe("[redacted] [redacted] [redacted]");
  }
});

test("a session's token is kept for its ttl, from the body or a header", async () => {
  let now = 0;
  const scheme: SessionScheme = {
    kind: "session",
    fields: { properties: { user: { type: "string" }, password: { type: "string", "x-secret": true } } },
    login: {
      method: "POST",
      url: "https://{settings.host}/login",
      bodyType: "form",
      body: { user: { $cel: "credential.user" }, pass: { $cel: "credential.password" }, site: { $cel: "settings.host" } },
    },
    token: { header: "Set-Cookie" },
    ttl: "10m",
    apply: { in: "cookie", name: "sid" },
  };
  const endpoint = fakeEndpoint((_, count) => ({
    status: 200,
    headers: { "set-cookie": `lang=en; Path=/, sid=abc${count}=; Expires=Wed, 21 Oct 2026 07:28:00 GMT` },
    body: "",
  }));
  const keeper = new TokenKeeper(() => now);
  const holder = holderOf(scheme, { user: "ada", password: "p&w" }, { settings: { host: "acme.example" } });
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("abc1=");
  now = 480_000;
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("abc1=");
  now = 600_000;
  expect((await keeper.token(holder, endpoint.transport, never)).token.reveal()).toBe("abc2=");
  expect(endpoint.asked[0]?.url.href).toBe("https://acme.example/login");
  expect(endpoint.forms()[0]).toEqual({ user: "ada", pass: "p&w", site: "acme.example" });
});
