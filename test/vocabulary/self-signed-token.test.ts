// Pins: a token of the connection's own making that is made for every call or used after its end, or that an app's token is asked for anew each time.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { AuthScheme, SingleAuthScheme } from "@mortise/contract";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { virtualClock } from "../../packages/runtime/test/virtual-clock.ts";
import { type Answer, at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = (key: KeyObject, type: "pkcs8" | "pkcs1" = "pkcs8") => key.export({ format: "pem", type }).toString();

const fields = {
  type: "object",
  required: ["keyId", "privateKey"],
  properties: { keyId: { type: "string" }, privateKey: { type: "string", "x-secret": true } },
} as const;

async function open(
  scheme: SingleAuthScheme,
  credential: Record<string, string>,
  answer: (request: Seen) => Answer | Promise<Answer>,
) {
  const vendor = await openVendor(answer);
  onTestFinished(vendor.close);
  const contract = contractOf(
    { get: { request: { method: "GET", url: at("/me") } } },
    { auth: { account: scheme satisfies AuthScheme } },
  );
  const clock = virtualClock("2026-03-01T00:00:00Z");
  const { runtime, connection } = connect(contract, vendor, { clock, connection: { credential } });
  onTestFinished(() => runtime.close());
  return {
    vendor,
    clock,
    get: () => runtime.call("vendor/get", { connection, input: {} }),
    show: () => runtime.call("vendor/get", { connection, input: {}, dryRun: true }),
  };
}

const bearer = ({ headers }: Seen) => (headers.authorization ?? "").replace(/^Bearer /, "");

test("a token that the connection signs is good for its life, and is made anew near its end", async () => {
  const scheme: SingleAuthScheme = {
    kind: "jwt",
    fields,
    assertion: {
      alg: "ES256",
      header: { kid: { $cel: "credential.keyId" } },
      claims: { iss: "issuer-1", aud: "vendor" },
      lifetime: "20m",
    },
  };
  const state: { now: () => number } = { now: () => 0 };
  const { get, show, vendor, clock } = await open(scheme, { keyId: "KEY7", privateKey: pem(ec.privateKey) }, async (request) => {
    const options = { issuer: "issuer-1", audience: "vendor", currentDate: new Date(state.now()) };
    return jwtVerify(bearer(request), ec.publicKey, options).then(
      () => ({ body: { ok: true } }),
      () => ({ status: 401 }),
    );
  });
  state.now = clock.now;
  const before = JSON.stringify(await show());
  expect(before).toContain('"authorization":"[redacted]"');
  expect(await get()).toMatchObject({ outcome: "success" });
  clock.advance(600_000);
  expect(await get()).toMatchObject({ outcome: "success" });
  expect(new Set(vendor.seen.map(bearer)).size).toBe(1);
  expect(decodeProtectedHeader(bearer(vendor.seen[0] as Seen))).toEqual({ alg: "ES256", typ: "JWT", kid: "KEY7" });
  clock.advance(580_000);
  expect(await get()).toMatchObject({ outcome: "success", meta: { attempts: 1 } });
  expect(new Set(vendor.seen.map(bearer)).size).toBe(2);
});

test("one with a shared key goes where the contract says, with what it says", async () => {
  const scheme: SingleAuthScheme = {
    kind: "jwt",
    fields: { type: "object", required: ["adminKey"], properties: { adminKey: { type: "string", "x-secret": true } } },
    assertion: { alg: "HS256", key: "adminKey", keyEncoding: "hex", claims: { aud: "/admin/" }, lifetime: "5m" },
    apply: { in: "header", name: "X-Token", value: { $text: "Ghost ${token}" } },
  };
  const adminKey = "5f0e9a7d6b8c4e1f5f0e9a7d6b8c4e1f5f0e9a7d6b8c4e1f5f0e9a7d6b8c4e1f";
  const { get, vendor } = await open(scheme, { adminKey }, ({ headers }) => ({ body: { said: headers["x-token"] ?? "" } }));
  const result = await get();
  expect(result).toMatchObject({ output: { said: "Ghost [redacted]" } });
  const [, token = ""] = String(vendor.seen[0]?.headers["x-token"]).split(" ");
  const { payload } = await jwtVerify(token, Buffer.from(adminKey, "hex"), {
    audience: "/admin/",
    currentDate: new Date(Date.UTC(2026, 2, 1)),
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
});

test("a refused token is made anew once", async () => {
  const scheme: SingleAuthScheme = { kind: "jwt", fields, assertion: { alg: "RS256", claims: {}, lifetime: "20m" } };
  const seen: string[] = [];
  const { get } = await open(scheme, { keyId: "k", privateKey: pem(rsa.privateKey, "pkcs1") }, (request) => {
    seen.push(bearer(request));
    return seen.length === 1 ? { status: 401 } : { body: {} };
  });
  expect(await get()).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
  expect(new Set(seen).size).toBe(2);
});

test("an installed app's token comes for a signature of its key, and lasts as long as the vendor says (GitHub)", async () => {
  const scheme: SingleAuthScheme = {
    kind: "appInstall",
    fields: {
      type: "object",
      required: ["appId", "privateKey", "installation"],
      properties: {
        appId: { type: "string" },
        installation: { type: "string" },
        privateKey: { type: "string", "x-secret": true },
      },
    },
    assertion: { alg: "RS256", claims: { iss: { $cel: "credential.appId" } }, lifetime: "9m" },
    exchange: {
      name: "installation",
      method: "POST",
      url: "{settings.baseUrl}/app/installations/access_tokens",
      headers: { authorization: { $text: "Bearer ${assertion}" }, accept: "application/vnd.github+json" },
      body: { installation: { $cel: "credential.installation" } },
      keep: { token: { body: "/token" }, expiresAt: { body: "/expires_at" } },
    },
    apply: { in: "header", name: "Authorization", prefix: "token " },
  };
  const credential = { appId: "4711", installation: "99", privateKey: pem(rsa.privateKey, "pkcs1") };
  const state: { now: () => number } = { now: () => 0 };
  let turn = 0;
  const { get, vendor, clock } = await open(scheme, credential, async (request): Promise<Answer> => {
    if (request.path !== "/app/installations/access_tokens")
      return request.headers.authorization === `token ghs_installation_${turn}` ? { body: {} } : { status: 401 };
    await jwtVerify(bearer(request), rsa.publicKey, { issuer: "4711", currentDate: new Date(state.now()) });
    expect(JSON.parse(request.body.toString())).toEqual({ installation: "99" });
    const expires_at = new Date(state.now() + 3_600_000).toISOString();
    return { status: 201, body: { token: `ghs_installation_${++turn}`, expires_at } };
  });
  state.now = clock.now;
  expect(await Promise.all([get(), get()])).toMatchObject([{ outcome: "success" }, { outcome: "success" }]);
  clock.advance(3_000_000);
  expect(await get()).toMatchObject({ outcome: "success" });
  expect(turn).toBe(1);
  clock.advance(590_000);
  expect(await get()).toMatchObject({ outcome: "success" });
  expect(turn).toBe(2);
  expect(vendor.seen.filter(({ path }) => path === "/me")).toHaveLength(4);
});
