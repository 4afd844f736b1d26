// Pins: a contract, a scenario and an implementation that drift apart; a broker's refusal that is taken for something that will pass.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRuntime } from "@mortise/runtime";
import { contractJson, type Json } from "@mortise/sdk";
import { afterAll, expect, test } from "vitest";
import mqtt from "../src/connector.ts";
import { broker } from "./broker.ts";

interface Scenario {
  readonly title: string;
  readonly operation: string;
  readonly input: Json;
  readonly expect: { readonly outcome: string };
}

const folder = join(import.meta.dirname, "../scenarios");
const scenarios = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Scenario);

const open = await broker();
const locked = await broker({ password: "right" });
const runtime = createRuntime({ connectors: [mqtt], egress: { allow: ["tcp://127.0.0.1:*"] } });
const connectionTo = (port: number, credential?: { readonly username: string; readonly password: string }) => ({
  name: "plant",
  connector: "mqtt",
  auth: credential ? "password" : "none",
  settings: { host: "127.0.0.1", port, tls: false },
  ...(credential ? { credential } : {}),
});
afterAll(async () => {
  await runtime.close();
  await open.close();
  await locked.close();
});

test.each(scenarios)("$operation: $title", async ({ operation, input, expect: expected }) => {
  const connection = connectionTo(open.port);
  expect(await runtime.call(`mqtt/${operation}`, { input, connection })).toMatchObject(expected);
});

test("what is published is at the broker, text as it is and everything else as JSON", async () => {
  const connection = connectionTo(open.port);
  for (const payload of ["plain", { order: 18 }])
    await runtime.call("mqtt/publish", { connection, input: { topic: "a/b", payload } });
  expect(open.published.slice(-2)).toEqual([
    { topic: "a/b", payload: "plain" },
    { topic: "a/b", payload: '{"order":18}' },
  ]);
});

test("a wrong password is the credential's fault, a broker that is away passes, and no host is reached that is not allowed", async () => {
  const check = (port: number, password: string) =>
    runtime.call("mqtt/check", { input: {}, connection: connectionTo(port, { username: "line", password }) });
  expect(await check(locked.port, "right")).toMatchObject({ outcome: "success" });
  expect(await check(locked.port, "wrong")).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
  const shut = createRuntime({ connectors: [mqtt] });
  const refused = await shut.call("mqtt/check", { input: {}, connection: connectionTo(open.port) });
  expect(refused).toMatchObject({ outcome: "fault", error: { code: "EGRESS_DENIED" } });
  await shut.close();
});

test("contract.json is what the sources say", () => {
  expect(readFileSync(join(import.meta.dirname, "../contract.json"), "utf8")).toBe(contractJson(mqtt));
});

test("every operation has a scenario", () => {
  expect(new Set(scenarios.map(({ operation }) => operation))).toEqual(new Set(Object.keys(mqtt.contract.operations)));
});
