// Pins: a password in another encoding than the vendor reads, or none at all.
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

test("user name and password are sent as one pair in UTF-8", async () => {
  const vendor = await openVendor(() => ({ body: {} }));
  onTestFinished(vendor.close);
  const contract = contractOf(
    { whoAmI: { request: { method: "GET", url: at("/me") } } },
    { auth: { login: { kind: "basic", test: { operation: "whoAmI" } } } },
  );
  const { runtime, connection } = connect(contract, vendor, {
    connection: { credential: { username: "ada", password: "pässwörd" } },
  });
  onTestFinished(() => runtime.close());
  expect(await runtime.testConnection(connection)).toMatchObject({ outcome: "success", output: { verified: true } });
  const sent = vendor.seen[0]?.headers.authorization ?? "";
  expect(Buffer.from(sent.replace("Basic ", ""), "base64").toString("utf8")).toBe("ada:pässwörd");
});
