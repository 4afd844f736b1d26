// Pins: a bearer token that does not arrive, or that is shown to whoever looks at the call.
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

const contract = contractOf(
  { whoAmI: { request: { method: "GET", url: at("/me") } } },
  { auth: { token: { kind: "bearer", test: { operation: "whoAmI" } } } },
);

test("a token is sent as a bearer token, and what echoes it is masked", async () => {
  const vendor = await openVendor(({ headers }) => ({ body: { login: "ada", saw: headers.authorization ?? "" } }));
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contract, vendor, { connection: { credential: { token: "tok-7f3a91c2" } } });
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/whoAmI", { connection, input: {} });
  expect(vendor.seen[0]?.headers.authorization).toBe("Bearer tok-7f3a91c2");
  expect(result).toMatchObject({ outcome: "success", output: { login: "ada", saw: "Bearer [redacted]" } });
});

test("a token that the vendor refuses is a fault of the credential, not of the call", async () => {
  const vendor = await openVendor(() => ({ status: 401, body: { error: "expired" } }));
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contract, vendor, { connection: { credential: { token: "tok-7f3a91c2" } } });
  onTestFinished(() => runtime.close());
  expect(await runtime.testConnection(connection)).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
  expect(vendor.seen).toHaveLength(1);
});
