// Pins: a fixed field, a setting or a key that should go into every body and does not, or that the caller can replace.
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

test("fields of the contract, the settings and the call are put into one body, at any depth", async () => {
  const vendor = await openVendor(() => ({ body: {} }));
  onTestFinished(vendor.close);
  const contract = contractOf(
    {
      createOrder: {
        effect: "create",
        idempotency: { key: "body", name: "requestId" },
        input: { type: "object", properties: { sku: { type: "string" }, amount: { type: "number" }, note: { type: "string" } } },
        request: {
          method: "POST",
          url: at("/orders"),
          body: {
            source: "mortise",
            account: { $cel: "settings.account" },
            order: {
              lines: [{ sku: { $cel: "input.sku" }, cents: { $cel: "int(input.amount * 100)" } }],
              note: { $text: "From ${settings.account}: ${input.?note.orValue('-')}" },
            },
          },
        },
      },
    },
    { settings: { properties: { account: { type: "string" } } } },
  );
  const { runtime, connection } = connect(contract, vendor, { connection: { settings: { account: "acme" } } });
  onTestFinished(() => runtime.close());
  const input = { sku: "A-1", amount: 12.5, source: "caller", account: "other" };
  expect(await runtime.call("vendor/createOrder", { connection, input, idempotencyKey: "k-1" })).toMatchObject({
    outcome: "success",
  });
  expect(JSON.parse(String(vendor.seen[0]?.body))).toEqual({
    source: "mortise",
    account: "acme",
    order: { lines: [{ sku: "A-1", cents: 1250 }], note: "From acme: -" },
    requestId: "k-1",
  });
});

test("fields are put into forms and multipart bodies as well", async () => {
  const vendor = await openVendor(() => ({ body: {} }));
  onTestFinished(vendor.close);
  const body = { channel: { $cel: "input.channel" }, as_user: true };
  const contract = contractOf({
    form: { request: { method: "POST", url: at("/form"), body, bodyType: "form" } },
    multipart: { request: { method: "POST", url: at("/multipart"), body, bodyType: "multipart" } },
  });
  const { runtime, connection } = connect(contract, vendor);
  onTestFinished(() => runtime.close());
  for (const operation of ["form", "multipart"])
    await runtime.call(`vendor/${operation}`, { connection, input: { channel: "a&as_user=false" } });
  expect(String(vendor.seen[0]?.body)).toBe("channel=a%26as_user%3Dfalse&as_user=true");
  expect(String(vendor.seen[1]?.body)).toContain('name="as_user"\r\n\r\ntrue\r\n');
});
