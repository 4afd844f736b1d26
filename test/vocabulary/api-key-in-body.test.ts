// Pins: a key that is missing in the body, that ends up in another place, or that a redirect gives to another host.
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

const contract = contractOf(
  {
    search: {
      input: { type: "object", properties: { text: { type: "string" } } },
      request: { method: "POST", url: at("/search"), body: { text: { $cel: "input.text" } } },
    },
    list: { request: { method: "POST", url: at("/list"), bodyType: "form", body: { kind: "all" } } },
    ping: { request: { method: "POST", url: at("/ping") } },
  },
  { auth: { key: { kind: "apiKey", in: "body", name: "api_key", field: "siteKey", test: { operation: "ping" } } } },
);
const credential = { siteKey: "s1" };

test("a key is a field of a json body and of a form body, also where there is no other field", async () => {
  const vendor = await openVendor(() => ({ body: {} }));
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contract, vendor, { connection: { credential } });
  onTestFinished(() => runtime.close());
  for (const [operation, input] of [
    ["search", { text: "a" }],
    ["list", {}],
    ["ping", {}],
  ] as const) {
    expect(await runtime.call(`vendor/${operation}`, { connection, input })).toMatchObject({ outcome: "success" });
  }
  expect(vendor.seen.map(({ body }) => body.toString())).toEqual([
    '{"text":"a","api_key":"s1"}',
    "kind=all&api_key=s1",
    '{"api_key":"s1"}',
  ]);
});

test("a dry run hides the key by its place, however short it is", async () => {
  const { runtime, connection } = connect(contract, { origin: "http://127.0.0.1:9" }, { connection: { credential } });
  onTestFinished(() => runtime.close());
  const shown = await runtime.call("vendor/search", { connection, input: { text: "a" }, dryRun: true });
  expect(shown).toMatchObject({ output: { request: { body: { text: "a", api_key: "[redacted]" } } } });
});

test("a body with a key in it follows no redirect to another origin", async () => {
  const thief = await openVendor(() => ({ body: {} }));
  onTestFinished(thief.close);
  const vendor = await openVendor(() => ({ status: 307, headers: { location: `${thief.origin}/x` } }));
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contract, vendor, {
    connection: { credential },
    egress: { allow: [vendor.origin, thief.origin] },
  });
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/search", { connection, input: { text: "a" } });
  expect(result).toMatchObject({ outcome: "fault", error: { code: "EGRESS_DENIED" } });
  expect(thief.seen).toEqual([]);
});
