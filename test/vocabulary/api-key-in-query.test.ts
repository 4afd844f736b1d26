// Pins: a key that arrives in another place than the contract says, or shows where a call is looked at.
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

test("a key goes into the query, and a dry run does not show it", async () => {
  const vendor = await openVendor(() => ({ body: {} }));
  onTestFinished(vendor.close);
  const contract = contractOf(
    { whoAmI: { request: { method: "GET", url: at("/me"), query: { lang: "en" } } } },
    {
      settings: { properties: { realm: { type: "string" } } },
      auth: { key: { kind: "apiKey", in: "query", name: "api_key", test: { operation: "whoAmI" } } },
    },
  );
  const { runtime, connection } = connect(contract, vendor, {
    connection: { settings: { realm: "Account" }, credential: { apiKey: "k-12345678" } },
  });
  onTestFinished(() => runtime.close());
  expect(await runtime.call("vendor/whoAmI", { connection, input: {} })).toMatchObject({ outcome: "success" });
  expect(vendor.seen[0]?.target).toBe("/me?lang=en&api_key=k-12345678");
  const shown = await runtime.call("vendor/whoAmI", { connection, input: {}, dryRun: true });
  expect(shown.outcome).toBe("success");
  expect(JSON.stringify(shown)).not.toContain("k-12345678");
});
