// Pins: a cookie that is lost, that another one overwrites, or whose value ends it.
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

test("cookies of the contract and of the credential are one header", async () => {
  const vendor = await openVendor(() => ({ body: {} }));
  onTestFinished(vendor.close);
  const contract = contractOf(
    {
      read: {
        request: {
          method: "GET",
          url: at("/x"),
          cookies: { lang: { $cel: "input.lang" }, ids: [1, 2], none: null },
          styles: { cookies: { ids: { explode: false } } },
        },
      },
    },
    { auth: { session: { kind: "apiKey", in: "cookie", name: "sid", test: { operation: "read" } } } },
  );
  const { runtime, connection } = connect(contract, vendor, { connection: { credential: { apiKey: "s-12345678" } } });
  onTestFinished(() => runtime.close());
  await runtime.call("vendor/read", { connection, input: { lang: "cs; sid=other" } });
  expect(vendor.seen[0]?.headers.cookie).toBe("lang=cs%3B%20sid%3Dother; ids=1,2; sid=s-12345678");
});
