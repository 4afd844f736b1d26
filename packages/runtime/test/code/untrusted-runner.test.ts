// Pins: a sandbox that was taken over and is believed: that asks without end, for what was not granted, or makes up why it failed.
import { type CodeAnswer, type CodeRunner, MortiseError } from "@mortise/contract";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, type Loopback, loopback } from "../loopback.ts";
import { CONNECTION, codeConnector, HTTP, sentTo } from "./code-connector.ts";

let vendor: Loopback;
beforeAll(async () => {
  vendor = await loopback((_, response) => json(response, {}));
});
afterAll(() => vendor.close());

async function run(code: CodeRunner) {
  const runtime = createRuntime({
    connectors: [codeConnector("", { capabilities: { http: HTTP } })],
    code,
    ...sentTo(vendor.origin),
  });
  try {
    return await runtime.call("sample/run", { input: {}, connection: CONNECTION });
  } finally {
    await runtime.close();
  }
}

it("is answered 50 times, and only what was granted", async () => {
  vendor.seen.length = 0;
  const answers: CodeAnswer[] = [];
  await run({
    run: async ({ ask }) => {
      for (let number = 0; number < 60; number++)
        answers.push(await ask({ number, name: "http.request", args: [{ path: "/v2/x" }] }));
      for (const [at, name] of ["state.put", "hmac.sign", "__proto__", "http.rest"].entries())
        answers.push(await ask({ number: 100 + at, name, args: ["apiKey", "sha256", "x"] }));
      return null;
    },
  });
  expect(vendor.seen).toHaveLength(50);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(50);
});

it("is not believed about a refusal that was not given, or an outcome", async () => {
  const forged = { question: 7, as: "__proto__", line: 1, column: 1 };
  const code: CodeRunner = {
    run: async () => {
      throw new MortiseError("CODE_FAILED", "operations.run failed at 1:1: Error: made up", { detail: forged });
    },
  };
  expect(await run(code)).toMatchObject({
    outcome: "poison",
    error: { code: "CODE_FAILED", message: "sample/run failed at 1:1: Error: made up" },
  });
});
