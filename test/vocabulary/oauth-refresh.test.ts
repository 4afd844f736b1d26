// Pins: a token that has ended and is not renewed, a write that is lost or doubled by it, a refresh token that is lost.
import type { Contract } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

/** A vendor with a token endpoint whose refresh tokens can be used once; `valid` is the access token that it takes now. */
async function openTokenVendor(refuse: (count: number) => Answer | undefined = () => undefined) {
  const state = { valid: "tok-0", refresh: "ref-0", grants: 0 };
  const token = ({ body }: Seen): Answer => {
    const form = new URLSearchParams(body.toString());
    const refusal = refuse(state.grants + 1);
    if (refusal !== undefined) return refusal;
    if (form.get("refresh_token") !== state.refresh) return { status: 400, body: { error: "invalid_grant" } };
    state.grants++;
    state.valid = `tok-${state.grants}`;
    state.refresh = `ref-${state.grants}`;
    return { body: { access_token: state.valid, refresh_token: state.refresh, token_type: "bearer", expires_in: 3600 } };
  };
  const vendor = await openVendor((seen): Answer => {
    if (seen.path === "/token") return token(seen);
    const good = seen.headers.authorization === `Bearer ${state.valid}`;
    return good ? { status: 201, body: { id: "7" } } : { status: 401, body: { error: "invalid_token" } };
  });
  onTestFinished(vendor.close);
  return { vendor, state, calls: () => vendor.seen.filter(({ path }) => path !== "/token") };
}

const contract = (): Contract =>
  contractOf(
    {
      whoAmI: { request: { method: "GET", url: at("/me") } },
      createDeal: { effect: "create", idempotency: "none", request: { method: "POST", url: at("/deals"), body: {} } },
    },
    {
      auth: {
        login: {
          kind: "oauth2",
          grant: "authorization_code",
          authorizeUrl: "{settings.baseUrl}/authorize",
          tokenUrl: "{settings.baseUrl}/token",
          rotation: "single_use",
          test: { operation: "whoAmI" },
        },
      },
    },
  );
const credential = { clientId: "app", clientSecret: "secret-of-the-app", accessToken: "tok-0", refreshToken: "ref-0" };

test("a token that has ended is renewed before the call, and the credential is stored before the token is used", async () => {
  const { vendor, state, calls } = await openTokenVendor();
  state.valid = "tok-1";
  const saved: object[] = [];
  const { runtime, connection } = connect(contract(), vendor, {
    connection: { credential: { ...credential, expiresAt: "1000" } },
    credentialStore: {
      save: async (name, tenant, fields) => {
        saved.push({ name, tenant, ...fields, callsSoFar: calls().length });
      },
    },
  });
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/whoAmI", { connection, input: {} });
  expect(result).toMatchObject({ outcome: "success", meta: { attempts: 1 } });
  const { expiresAt: _, ...fields } = { ...credential, expiresAt: "" };
  expect(saved).toEqual([
    expect.objectContaining({
      ...fields,
      name: "main",
      tenant: "default",
      accessToken: "tok-1",
      refreshToken: "ref-1",
      callsSoFar: 0,
    }),
  ]);
  expect(calls().map(({ headers }) => headers.authorization)).toEqual(["Bearer tok-1"]);
});

test("a write whose token was refused is made once more with a new one, and done once", async () => {
  const { vendor, state, calls } = await openTokenVendor();
  state.valid = "revoked meanwhile";
  const { runtime, connection } = connect(contract(), vendor, { connection: { credential } });
  onTestFinished(() => runtime.close());
  let commits = 0;
  const commit = async () => {
    commits++;
    return commits === 1;
  };
  const result = await runtime.call("vendor/createDeal", { connection, input: {}, commit });
  expect(result).toMatchObject({ outcome: "success", output: { id: "7" }, meta: { attempts: 2 } });
  expect(calls().map(({ headers }) => headers.authorization)).toEqual(["Bearer tok-0", "Bearer tok-1"]);
  expect(commits).toBe(1);
});

test("many calls at once whose token was refused renew it once", async () => {
  const { vendor, state } = await openTokenVendor();
  state.valid = "revoked meanwhile";
  const { runtime, connection } = connect(contract(), vendor, { connection: { credential } });
  onTestFinished(() => runtime.close());
  const results = await Promise.all(Array.from({ length: 8 }, () => runtime.call("vendor/whoAmI", { connection, input: {} })));
  expect(results.map(({ outcome }) => outcome)).toEqual(Array(8).fill("success"));
  expect(state.grants).toBe(1);
});

test("a grant that was taken back is a fault, and a token endpoint that is sick is tried again", async () => {
  const gone = await openTokenVendor(() => ({ status: 400, body: { error: "invalid_grant" } }));
  const first = connect(contract(), gone.vendor, { connection: { credential: { ...credential, expiresAt: "1000" } } });
  onTestFinished(() => first.runtime.close());
  const refused = await first.runtime.call("vendor/whoAmI", { connection: first.connection, input: {} });
  expect(refused).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", nativeCode: "invalid_grant" } });
  expect(gone.calls()).toEqual([]);

  let asked = 0;
  const sick = await openTokenVendor(() => (++asked === 1 ? { status: 503 } : undefined));
  sick.state.valid = "tok-1";
  const second = connect(contract(), sick.vendor, {
    connection: { credential: { ...credential, expiresAt: "1000" } },
    random: () => 0,
  });
  onTestFinished(() => second.runtime.close());
  const written = await second.runtime.call("vendor/createDeal", { connection: second.connection, input: {} });
  expect(written).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
  expect(sick.calls()).toHaveLength(1);
});

test("a token that nobody renews is said to be refused after one attempt", async () => {
  const { vendor, state, calls } = await openTokenVendor();
  state.valid = "revoked meanwhile";
  const { refreshToken: _, ...fields } = credential;
  const { runtime, connection } = connect(contract(), vendor, { connection: { credential: fields } });
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/whoAmI", { connection, input: {} });
  expect(result).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", status: 401 } });
  expect(calls()).toHaveLength(1);
});
