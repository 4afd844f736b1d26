// Pins: a test of a connection that names no account, or one that shows what it must not.
import { expect, onTestFinished, test } from "vitest";
import { createRuntime } from "../src/index.ts";
import { json, loopback } from "./loopback.ts";
import { at, connectionTo, connectorOf } from "./sample-connector.ts";

async function tested(label: { readonly $text: string }, answer: object) {
  const vendor = await loopback((_, response) => json(response, answer));
  onTestFinished(vendor.close);
  const auth = { token: { kind: "bearer", test: { operation: "whoAmI" }, label } } as const;
  const operations = { whoAmI: { request: { method: "GET", url: at("/me") } } } as const;
  const runtime = createRuntime({ connectors: [connectorOf(operations, { auth })], egress: { allow: [vendor.origin] } });
  onTestFinished(() => runtime.close());
  return runtime.testConnection(connectionTo(vendor.origin, { credential: { token: "token-81d2f6a0" } }));
}

test("a test says what the account is called", async () => {
  const result = await tested({ $text: "${output.login} at ${output.team.name}" }, { login: "ada", team: { name: "Acme" } });
  expect(result).toMatchObject({ outcome: "success", output: { verified: true, label: "ada at Acme" } });
});

test("an account without a name works all the same, and a token that is echoed is no name", async () => {
  const nameless = await tested({ $text: "${output.login}" }, {});
  expect(nameless).toMatchObject({ outcome: "success", output: { verified: true } });
  expect(nameless).not.toHaveProperty("output.label");
  const echoed = await tested({ $text: "${output.seen}" }, { seen: "Bearer token-81d2f6a0" });
  expect(JSON.stringify(echoed)).not.toContain("81d2f6a0");
});
