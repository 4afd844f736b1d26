// Pins: a way to a blocked address that one of the ways out has and another has not: directly, by a redirect, by a name's A or AAAA records, by a name
// that changes its mind between two hops, by the address of a token, by the address that a trigger subscribes at (scorecard R25). What counts are
// connections: a listener on every address of this machine, and every attempt of this process to open a socket.
import { channel } from "node:diagnostics_channel";
import { createServer, type Server, type Socket } from "node:net";
import http from "@mortise/connector-http";
import { type Connection, createRuntime, type Resolver, type Runtime, type TransportName } from "@mortise/runtime";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { json, type Loopback, loopback } from "../../packages/runtime/test/loopback.ts";
import { contractOf } from "../vocabulary/vendor.ts";
import { BLOCKED_V4, BLOCKED_V6, LOCAL_NAMES, SPELLINGS } from "./ssrf-vectors.ts";

const TRANSPORTS: readonly TransportName[] = ["got", "undici"];
const NAME = "rebinds.example.com";
const literal = (address: string): string => (address.includes(":") ? `[${address}]` : address);
const ADDRESSES = [...BLOCKED_V4, ...BLOCKED_V6];
const HOSTS = [...ADDRESSES.map(literal), ...SPELLINGS, ...LOCAL_NAMES];

let victim: Server;
let port = 0;
let reached = 0;
let vendor: Loopback;
/** Addresses and ports that this process tried to connect to. */
const attempts: string[] = [];
const counts: { [way: string]: number } = {};
const watch = (message: unknown): void => {
  const { socket } = message as { socket: Socket };
  socket.on("connectionAttempt", (address: string, to: number) => attempts.push(`${address} ${to}`));
};

const contract = contractOf(
  {
    whoAmI: { request: { method: "GET", url: { $text: "${settings.baseUrl}/me" } } },
    addHook: {
      effect: "create",
      idempotency: "none",
      request: { method: "POST", url: { $text: "${settings.baseUrl}/hooks" }, body: {} },
    },
  },
  {
    settings: { properties: { tokens: { type: "string" } } },
    auth: {
      none: { kind: "none" },
      login: { kind: "oauth2", grant: "client_credentials", tokenUrl: "{settings.tokens}/token", test: { operation: "whoAmI" } },
    },
    triggers: {
      changed: {
        kind: "webhook",
        title: "Something has changed",
        scopes: [],
        input: { type: "object" },
        output: { type: "object" },
        identity: [],
        subscribe: { operation: "addHook", with: {} },
        signature: { none: "The vendor signs nothing." },
        examples: [],
      },
    },
  },
);

beforeAll(async () => {
  victim = createServer((socket) => {
    reached++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => victim.listen(0, "::", resolve));
  const address = victim.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
  vendor = await loopback((request, response) => {
    const to = new URL(request.url, "http://x").searchParams.get("to");
    if (to === null) json(response, { access_token: "a", token_type: "Bearer" });
    else json(response, {}, 302, { location: Buffer.from(to).toString("latin1") });
  });
  channel("net.client.socket").subscribe(watch);
});
afterAll(async () => {
  channel("net.client.socket").unsubscribe(watch);
  await vendor.close();
  await new Promise((resolve) => victim.close(resolve));
  const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const ways = Object.entries(counts).map(([way, each]) => `${way} ${each}`);
  console.log(`R25: ${HOSTS.length} vectors, ${total} calls (${ways.join(", ")}), ${reached} connections to blocked addresses`);
});

describe.each(TRANSPORTS)("over %s, no blocked address is reached", (transport) => {
  let runtime: Runtime;
  let resolved: (look: number) => readonly string[] = () => [];
  let looks = 0;
  const resolver: Resolver = async () => resolved(looks++).map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

  beforeAll(() => {
    runtime = createRuntime({
      connectors: [http, { contract, natives: {} }],
      egress: { allow: [vendor.origin, `http://${NAME}:${vendor.port}`] },
      trustedPublishers: ["mortise", "acme"],
      resolver,
      transport,
    });
  });
  afterAll(() => runtime.close());
  afterEach(() => {
    looks = 0;
    attempts.length = 0;
    resolved = () => [];
  });

  const fetched = (url: string) => runtime.call("http/get", { input: { url } });
  const ownVendor = (address: string): boolean => address === `127.0.0.1 ${vendor.port}`;

  async function refusedAll(
    way: string,
    work: readonly (() => Promise<{ readonly outcome: string; readonly error?: { readonly code: string } }>)[],
    onlyDenied = true,
  ) {
    for (const one of work) {
      const result = await one();
      counts[way] = (counts[way] ?? 0) + 1;
      if (onlyDenied) expect(result).toMatchObject({ outcome: "fault", error: { code: "EGRESS_DENIED" } });
      else expect(result.outcome).not.toBe("success");
    }
    expect(reached).toBe(0);
    expect(attempts.filter((address) => !ownVendor(address))).toEqual([]);
  }
  const connection = (settings: { readonly [name: string]: string }, auth: string, name: string): Connection => ({
    name,
    connector: "vendor",
    auth,
    settings: { baseUrl: vendor.origin, tokens: vendor.origin, ...settings },
    credential: auth === "login" ? { clientId: "app", clientSecret: "secret-of-the-app-3f7a" } : {},
  });

  it("though the same ways lead to what is allowed", async () => {
    resolved = () => ["127.0.0.1"];
    const good = [
      fetched(vendor.origin),
      fetched(`${vendor.origin}/?to=${encodeURIComponent("/there")}`),
      fetched(`http://${NAME}:${vendor.port}/`),
      runtime.call("vendor/whoAmI", { connection: connection({}, "login", "good"), input: {} }),
      runtime.subscribe("vendor/changed", {
        connection: connection({}, "none", "good"),
        input: {},
        url: "https://mortise.example/h",
        secret: "s-4711-s-4711",
      }),
    ];
    for (const { outcome } of await Promise.all(good)) expect(outcome).toBe("success");
    expect(attempts.length).toBeGreaterThan(0);
    expect(attempts.every(ownVendor)).toBe(true);
  });

  it("directly", async () => {
    resolved = () => ["127.0.0.1"];
    const urls = HOSTS.flatMap((host) => [`https://${host}/`, `https://${host}:${port}/`, `http://${host}:${port}/`]);
    await refusedAll(
      "direct",
      urls.map((url) => () => fetched(url)),
    );
  });

  it("by a redirect", async () => {
    resolved = () => ["127.0.0.1"];
    const urls = HOSTS.flatMap((host) => [`https://${host}/`, `http://${host}:${port}/`, `//${host}:${port}/`]);
    // What is no URL is no redirect either: the answer is a 302 without a way on.
    await refusedAll(
      "redirect",
      urls.map((url) => () => fetched(`${vendor.origin}/?to=${encodeURIComponent(url)}`)),
      false,
    );
  });

  it("by a name's records, alone or beside a public one", async () => {
    const work = ADDRESSES.flatMap((address) => {
      const isV6 = address.includes(":");
      const records = isV6
        ? [[address], ["2606:2800:220:1::1", address]]
        : [[address], ["93.184.216.34", address], [`::ffff:${address}`]];
      return records.map((list, at) => async () => {
        resolved = () => list;
        return fetched(`https://name-${address.replaceAll(/[.:]/g, "-")}-${at}.example.com/`);
      });
    });
    await refusedAll("A and AAAA", work);
    expect(looks).toBe(work.length);
  });

  it("by a name that was allowed and changes its mind for the next hop", async () => {
    const work = ADDRESSES.map((address) => async () => {
      looks = 0;
      resolved = (look) => (look === 0 ? ["127.0.0.1"] : [address]);
      // A socket that was kept goes where it went: a pool of its own has none.
      const own = createRuntime({
        connectors: [http],
        egress: { allow: [`http://${NAME}:${vendor.port}`] },
        resolver,
        transport,
      });
      try {
        const to = encodeURIComponent(`https://${NAME}/`);
        const result = await own.call("http/get", { input: { url: `http://${NAME}:${vendor.port}/?to=${to}` } });
        expect(looks).toBe(2);
        return result;
      } finally {
        await own.close();
      }
    });
    await refusedAll("rebinding", work);
  });

  it("by the address that tokens come from", async () => {
    resolved = () => ["127.0.0.1"];
    const work = HOSTS.flatMap((host, at) =>
      [`http://${host}:${port}`, `https://${host}`].map((tokens) => () => {
        const from = connection({ tokens }, "login", `tokens-${at}`);
        return runtime.call("vendor/whoAmI", { connection: from, input: {} });
      }),
    );
    await refusedAll("token URL", work, false);
  });

  it("by the address that a trigger subscribes at", async () => {
    resolved = () => ["127.0.0.1"];
    const work = HOSTS.flatMap((host, at) =>
      [`http://${host}:${port}`, `https://${host}`].map((baseUrl) => () => {
        const to = connection({ baseUrl }, "none", `hooks-${at}`);
        return runtime.subscribe("vendor/changed", {
          connection: to,
          input: {},
          url: "https://mortise.example/h",
          secret: "s-4711-s-4711",
        });
      }),
    );
    await refusedAll("subscription URL", work, false);
  });
});

it("has at least 90 vectors, none of them twice", () => {
  expect(new Set(HOSTS).size).toBe(HOSTS.length);
  expect(HOSTS.length).toBeGreaterThanOrEqual(90);
});
