// Pins: a JSON contract that reaches the wire as something else than it says.
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

test("a path, a query and an answer come from the contract alone", async () => {
  const vendor = await openVendor(() => ({ body: { id: "7", name: "Ada" } }));
  onTestFinished(vendor.close);
  const contract = contractOf({
    getContact: {
      input: { type: "object", properties: { id: { type: "string" }, fields: { type: "array", items: { type: "string" } } } },
      request: { method: "GET", url: at("/contacts/${input.id}"), query: { fields: { $cel: "input.?fields.orValue(null)" } } },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/getContact", { connection, input: { id: "a/b", fields: ["id", "name"] } });
  expect(result).toMatchObject({ outcome: "success", output: { id: "7", name: "Ada" } });
  expect(vendor.seen.map(({ method, target }) => [method, target])).toEqual([["GET", "/contacts/a%2Fb?fields=id&fields=name"]]);
});
