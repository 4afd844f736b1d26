// Pins: a setting that sends a connection's calls, and its credential, to another host than the contract allows.
import type { JsonObject } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { connect, contractOf, openVendor } from "./vendor.ts";

const settings = {
  properties: {
    tenant: { type: "string", pattern: "^[a-z0-9-]+$" },
    region: { enum: ["eu", "us"] },
    port: { type: "integer" },
    scheme: { type: "string" },
  },
} as const;
const contract = contractOf(
  {
    whoAmI: { request: { method: "GET", url: "/v1/me" } },
    ping: {
      request: {
        method: "GET",
        url: { $text: "${settings.scheme}://${settings.tenant}.${settings.region}.vendor.example:${settings.port}/ping" },
      },
    },
    away: { request: { method: "GET", url: "https://other.example/ping" } },
  },
  {
    hosts: ["{settings.tenant}.{settings.region}.vendor.example"],
    settings,
    auth: { key: { kind: "bearer", test: { operation: "whoAmI" } } },
  },
);

async function setUp(tenant: string) {
  const vendor = await openVendor(() => ({ body: { ok: true } }));
  onTestFinished(vendor.close);
  const port = Number(new URL(vendor.origin).port);
  const { runtime, connection } = connect(contract, vendor, {
    connection: { settings: { tenant, region: "eu", port, scheme: "http" }, credential: { token: "token-12345678" } },
    egress: { allow: [`http://acme.eu.vendor.example:${port}`] },
    resolver: async () => [{ address: "127.0.0.1", family: 4 }],
  });
  onTestFinished(() => runtime.close());
  return {
    vendor,
    port,
    call: (operation: string, dryRun = false) => runtime.call(`vendor/${operation}`, { connection, input: {}, dryRun }),
  };
}

test("the host of a call comes from the connection's settings", async () => {
  const { vendor, port, call } = await setUp("acme");
  expect(await call("ping")).toMatchObject({ outcome: "success", output: { ok: true } });
  expect(vendor.seen.map(({ headers, target }) => [headers.host, target])).toEqual([[`acme.eu.vendor.example:${port}`, "/ping"]]);
});

test("a path is below https and the first host", async () => {
  const { call } = await setUp("acme");
  expect(await call("whoAmI", true)).toMatchObject({ output: { request: { url: "https://acme.eu.vendor.example/v1/me" } } });
});

test("no other host gets a call", async () => {
  const { vendor, call } = await setUp("acme");
  expect(await call("away")).toMatchObject({ outcome: "fault", error: { code: "EGRESS_DENIED" } });
  expect(vendor.seen).toEqual([]);
});

test.each(["evil.example/", "evil.example#", "evil.example:80", "a@evil.example", "evil.example\\x"])(
  "the setting %j does not change the host",
  async (tenant) => {
    const { vendor, call } = await setUp(tenant);
    for (const operation of ["ping", "whoAmI"]) {
      const result = (await call(operation)) as { readonly outcome: string; readonly error?: JsonObject };
      expect(result.outcome).toBe("fault");
    }
    expect(vendor.seen).toEqual([]);
  },
);
