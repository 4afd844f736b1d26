// Pins: an account that calls do not find, since what connecting told was lost; and a credential that is sent where a vendor's answer says.
import type { KeptValue } from "@mortise/contract";
import { expect } from "vitest";
import { openVendor } from "../vocabulary/vendor.ts";
import { HOUR_MS, oauth2, tokenAnswer } from "./provider.ts";
import { quirk } from "./quirk.ts";

const COMPANY = {
  operations: { company: { request: { method: "GET", url: { $text: "${settings.baseUrl}/companies/${settings.realm}" } } } },
  settings: { type: "object", required: ["realm"], properties: { realm: { type: "string", pattern: "^[0-9]+$" } } },
} as const;
const REALM: readonly KeptValue[] = [{ setting: "realm", from: { redirect: "realmId" }, required: true }];

quirk(14, "a parameter of the redirect becomes a setting, which calls use", async (open) => {
  const { signIn, call, seen, asked } = await open(oauth2({ keep: REALM }), {
    ...COMPANY,
    script: { redirect: ({ state = "" }) => ({ code: "c", state, realmId: "4620816365" }) },
  });
  expect(await call("company")).toMatchObject({ outcome: "fault", error: { code: "MISCONFIGURED" } });
  expect(await signIn()).toMatchObject({ "kept.realm": "4620816365" });
  expect(await call("company")).toMatchObject({ outcome: "success" });
  expect(seen("/companies/4620816365")).toHaveLength(1);
  expect(asked("/token")).toHaveLength(1);
});

quirk(14, "a redirect without what is needed, or with what its setting does not take, connects nothing", async (open) => {
  for (const [realmId, code] of [
    ["", "AUTH_FAILED"],
    ["1/../../admin", "MISCONFIGURED"],
  ] as const) {
    const { signIn, asked } = await open(oauth2({ keep: REALM }), {
      ...COMPANY,
      script: { redirect: ({ state = "" }) => ({ code: "c", state, realmId }) },
    });
    await expect(signIn()).rejects.toMatchObject({ code, data: { path: "/settings/realm" } });
    expect(asked("/token")).toEqual([]);
  }
});

quirk(
  14,
  "the redirect says which host gives the token, and no other than the contract's pattern allows gets the secret",
  async (open) => {
    const evil = await openVendor(() => ({ body: tokenAnswer(1) }));
    const scheme = oauth2({
      clientAuth: "body",
      tokenUrl: "http://{settings.accounts}/token",
      keep: [{ setting: "accounts", from: { redirect: "accounts-server" }, required: true }],
    });
    const connectWith = async (accounts: (origin: string) => string) => {
      let own = "";
      const provider = await open(scheme, {
        settings: { type: "object", properties: { accounts: { type: "string", pattern: "^localhost:[0-9]+$" } } },
        script: { redirect: ({ state = "" }) => ({ code: "c", state, "accounts-server": accounts(own) }) },
        runtime: { egress: { allow: ["http://127.0.0.1:*", "http://localhost:*"] } },
      });
      own = provider.vendor.origin;
      return provider;
    };
    const good = await connectWith((origin) => `localhost:${new URL(origin).port}`);
    await good.signIn();
    expect(good.asked("/token")).toHaveLength(1);
    const bad = await connectWith(() => new URL(evil.origin).host);
    await expect(bad.signIn()).rejects.toMatchObject({ code: "MISCONFIGURED", data: { path: "/settings/accounts" } });
    expect(evil.seen).toEqual([]);
    await evil.close();
  },
);

const INSTANCE = {
  settings: {
    type: "object",
    required: ["instance"],
    properties: { instance: { type: "string", pattern: "^http://127\\.0\\.0\\.1:[0-9]+/[a-z0-9]+$" } },
  },
  operations: { query: { request: { method: "GET", url: { $text: "${settings.instance}/query" } } } },
} as const;

quirk(
  15,
  "a part of the token answer becomes a setting, and a refresh that tells another one is followed at once",
  async (open) => {
    let origin = "";
    const provider = await open(oauth2({ keep: [{ setting: "instance", from: { body: "/restUrl" }, required: true }] }), {
      ...INSTANCE,
      script: { token: (_, __, count) => tokenAnswer(count, { restUrl: `${origin}/shard${count}` }) },
    });
    origin = provider.vendor.origin;
    await provider.signIn();
    expect(await provider.call("query")).toMatchObject({ outcome: "success" });
    expect(provider.seen("/shard1/query")).toHaveLength(1);
    provider.clock.nowMs += HOUR_MS;
    expect(await provider.call("query")).toMatchObject({ outcome: "success" });
    expect(provider.seen("/shard2/query")).toHaveLength(1);
    expect(provider.stored().credential).toMatchObject({ "kept.instance": `${origin}/shard2`, accessToken: "token-number-2" });
  },
);

quirk(
  15,
  "a refresh that tells an address which does not fit is kept with its tokens, and no request goes there",
  async (open) => {
    const evil = await openVendor(() => ({ body: {} }));
    let origin = "";
    const provider = await open(oauth2({ keep: [{ setting: "instance", from: { body: "/restUrl" } }] }), {
      ...INSTANCE,
      script: {
        token: (_, __, count) => tokenAnswer(count, { restUrl: count === 2 ? `${evil.origin}/X?` : `${origin}/shard${count}` }),
      },
    });
    origin = provider.vendor.origin;
    await provider.signIn();
    provider.clock.nowMs += HOUR_MS;
    const refused = { outcome: "fault", error: { code: "MISCONFIGURED", path: "/settings/instance" } };
    expect(await provider.call("query")).toMatchObject(refused);
    expect(await provider.call("query")).toMatchObject(refused);
    expect(provider.stored().credential).toMatchObject({ refreshToken: "refresh-number-2" });
    expect(evil.seen).toEqual([]);
    await evil.close();
  },
);

quirk(15, "a header beside the token becomes a setting, also where no person connects", async (open) => {
  const scheme = oauth2({
    grant: "client_credentials",
    keep: [
      { setting: "node", from: { header: "X-Node" }, required: true },
      { setting: "shard", from: { body: "/shard" } },
    ],
    also: [{ in: "header", name: "X-Route", value: { $text: "${settings.node}-${string(settings.shard)}" } }],
  });
  const { call, seen } = await open(scheme, {
    settings: { type: "object", required: ["node"], properties: { node: { type: "string" }, shard: { type: "integer" } } },
    script: { token: () => ({ headers: { "X-Node": "n7" }, body: { access_token: "token-of-the-client", shard: 3 } }) },
  });
  expect(await call()).toMatchObject({ outcome: "success" });
  expect(seen("/me")[0]?.headers).toMatchObject({ "x-route": "n7-3", authorization: "Bearer token-of-the-client" });
  const silent = await open(scheme, {
    settings: { type: "object", required: ["node"], properties: { node: { type: "string" }, shard: { type: "integer" } } },
  });
  expect(await silent.call()).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", path: "/settings/node" } });
});

quirk(16, "authorize, token and API addresses take their hosts and paths from settings", async (open) => {
  const scheme = oauth2({
    authorizeUrl: "http://{settings.domain}/{settings.tenant}/authorize",
    tokenUrl: "http://{settings.domain}/{settings.tenant}/token",
  });
  const settings = {
    type: "object",
    properties: { domain: { type: "string", pattern: "^[a-z0-9.]+(:[0-9]+)?$" }, tenant: { type: "string" } },
  } as const;
  const { runtime, stored, vendor } = await open(scheme, { settings });
  const host = new URL(vendor.origin).host;
  const ask = (values: object) =>
    runtime.startAuthorization({
      connection: { ...stored(), settings: { baseUrl: vendor.origin, ...values } },
      redirectUri: "https://mortise.example/back",
    });
  expect((await ask({ domain: host, tenant: "acme/eu" })).url.href).toContain(`http://${host}/acme%2Feu/authorize?`);
  for (const domain of ["evil.example/", "evil.example#", "user@evil.example", "evil.example\\", "EVIL"])
    await expect(ask({ domain, tenant: "acme" })).rejects.toMatchObject({
      code: "MISCONFIGURED",
      data: { path: "/settings/domain" },
    });
});

quirk(
  16,
  "the host of the API is the one that the token answer names, within the contract's pattern, and no other",
  async (open) => {
    const told = (api: (origin: string) => string) => {
      let origin = "";
      const scheme = oauth2({
        grant: "client_credentials",
        tokenUrl: "{settings.baseUrl}/token",
        keep: [{ setting: "api", from: { body: "/api_domain" }, required: true }],
      });
      const provider = open(scheme, {
        hosts: ["{settings.api}"],
        settings: {
          type: "object",
          properties: { api: { type: "string", pattern: "^http://(127\\.0\\.0\\.1|localhost):[0-9]+$" } },
        },
        operations: { user: { request: { method: "GET", url: { $text: "${settings.api}/user" } } } },
        script: { token: (_, __, count) => tokenAnswer(count, { api_domain: api(origin) }) },
        runtime: { egress: { allow: ["http://127.0.0.1:*", "http://localhost:*"] } },
      });
      return provider.then((opened) => {
        origin = opened.vendor.origin;
        return opened;
      });
    };
    const good = await told((origin) => origin);
    expect(await good.call("user")).toMatchObject({ outcome: "success" });
    expect(good.seen("/user")[0]?.headers.authorization).toBe("Bearer token-number-1");
    const moved = await told((origin) => origin.replace("127.0.0.1", "localhost"));
    expect(await moved.call("user")).toMatchObject({ outcome: "success" });
    // The address of the contract's own test operation is another host than the one that was told.
    expect(await moved.call("whoAmI")).toMatchObject({ outcome: "fault", error: { code: "EGRESS_DENIED" } });
    const evil = await told(() => "http://evil.example:80");
    expect(await evil.call("user")).toMatchObject({ outcome: "fault", error: { code: "MISCONFIGURED", path: "/settings/api" } });
  },
);
