// Pins: a rerouted call that lost its host or path, went to a host the contract does not list, or took the address rules away from other calls.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Contract } from "@mortise/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRuntime, type TransportName } from "../../src/index.ts";
import { TRANSPORTS } from "./transports.ts";

const seen: string[] = [];
const server = createServer((request, response) => {
  seen.push(`${request.method} ${request.headers.host} ${request.url}`);
  response.writeHead(200, { "content-type": "application/json" });
  response.end("{}");
});
let origin = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function contract(url: string): Contract {
  return {
    format: "mortise.contract/1",
    name: "acme",
    version: "1.0.0",
    title: "Acme",
    publisher: "acme",
    hosts: ["api.acme.example"],
    auth: {},
    budgets: {},
    operations: {
      get: {
        title: "Get",
        effect: "read",
        idempotency: "natural",
        scopes: [],
        identity: [],
        outcomes: [],
        examples: [],
        input: { type: "object" },
        output: { type: "object" },
        request: { method: "GET", url },
      },
    },
  };
}

async function call(url: string, unsafeOrigins: { readonly [origin: string]: string }, transport: TransportName = "got") {
  const runtime = createRuntime({ transport, connectors: [{ contract: contract(url), natives: {} }], unsafeOrigins });
  try {
    return await runtime.call("acme/get", { input: {}, connection: { name: "c", connector: "acme" } });
  } finally {
    await runtime.close();
  }
}

test.each(TRANSPORTS)(
  "a call over %s goes to the other origin with the host, path and query it was made for",
  async (transport) => {
    seen.length = 0;
    expect(await call("https://api.acme.example/a?b=1", { "https://api.acme.example": origin }, transport)).toMatchObject({
      outcome: "success",
    });
    expect(await call("/c", { "*": origin }, transport)).toMatchObject({ outcome: "success" });
    expect(seen).toEqual(["GET api.acme.example /a?b=1", "GET api.acme.example /c"]);
  },
);

test("a host that the contract does not list stays out of reach", async () => {
  expect(await call("https://evil.example/a", { "*": origin })).toMatchObject({ error: { code: "EGRESS_DENIED" } });
});

test("what is no origin is refused", async () => {
  await expect(call("/c", { "*": `${origin}/path` })).rejects.toMatchObject({ code: "INVALID_VALUE" });
});
