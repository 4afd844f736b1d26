// Pins: a contract, a scenario and an implementation that drift apart.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRuntime } from "@mortise/runtime";
import { contractJson, type Json } from "@mortise/sdk";
import { afterAll, expect, test } from "vitest";
import smtp from "../src/connector.ts";
import { mailServer } from "./mail-server.ts";

interface Scenario {
  readonly title: string;
  readonly given?: { readonly reply: { readonly code: number; readonly text: string } };
  readonly operation: string;
  readonly input: Json;
  readonly expect: { readonly outcome: string };
}

const folder = join(import.meta.dirname, "../scenarios");
const scenarios = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Scenario);

let reply: Scenario["given"];
const server = await mailServer(
  { disabledCommands: ["STARTTLS", "AUTH"] },
  () => reply && Object.assign(new Error(reply.reply.text), { responseCode: reply.reply.code }),
);
const runtime = createRuntime({ connectors: [smtp], egress: { allow: ["tcp://127.0.0.1:*"] } });
const settings = { host: "127.0.0.1", port: server.port, secure: "none", from: "m@example.com" };
afterAll(() => runtime.close());

test.each(scenarios)("$operation: $title", async (scenario) => {
  reply = scenario.given;
  const connection = { name: "mail", connector: "smtp", auth: "none", settings };
  expect(await runtime.call(`smtp/${scenario.operation}`, { input: scenario.input, connection })).toMatchObject(scenario.expect);
});

test("contract.json is what the sources say", () => {
  expect(readFileSync(join(import.meta.dirname, "../contract.json"), "utf8")).toBe(contractJson(smtp));
});

test("every operation has a scenario", () => {
  expect(new Set(scenarios.map(({ operation }) => operation))).toEqual(new Set(Object.keys(smtp.contract.operations)));
});
