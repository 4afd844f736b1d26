// Pins: a read that hands on what does not fit the contract; a write that is done and reported as failed.
import type { Operation } from "@mortise/contract";
import { afterEach, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const output = { type: "object", required: ["id"], properties: { id: { type: "string" } } } as const;

it.each([
  ["read", "poison"],
  ["create", "success"],
] as const)("an answer of a %s that drifted from the contract is a %s", async (effect, outcome) => {
  const server = await loopback((_, response) => json(response, { id: 7 }));
  const operation: Partial<Operation> = { effect, output, request: { method: effect === "read" ? "GET" : "POST", url: at("/") } };
  const runtime = createRuntime({ connectors: [connectorOf({ op: operation })], egress: { allow: [server.origin] } });
  open.push(server, runtime);
  const result = await runtime.call("sample/op", { connection: connectionTo(server.origin), input: {} });
  expect(result.outcome).toBe(outcome);
  if (result.outcome !== "success") expect(result.error).toMatchObject({ code: "INVALID_OUTPUT", path: "/id" });
});
