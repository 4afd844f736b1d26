// Pins: a contract, a scenario and an implementation that drift apart.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRuntime } from "@mortise/runtime";
import { contractJson, type Json } from "@mortise/sdk";
import { afterAll, expect, test } from "vitest";
import postgres from "../src/connector.ts";
import { testDatabase } from "./test-database.ts";

interface Scenario {
  readonly title: string;
  readonly given: { readonly sql: readonly string[] };
  readonly operation: string;
  readonly input: Json;
  readonly expect: { readonly outcome: string };
}

const folder = join(import.meta.dirname, "../scenarios");
const scenarios = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Scenario);

const database = await testDatabase();
const runtime = createRuntime({ connectors: [postgres], egress: { allow: [`unix:${database.settings.socket}`] } });
const connection = { name: "main", connector: "postgres", auth: "none", settings: database.settings };
afterAll(async () => {
  await runtime.close();
  await database.stop();
});

test.each(scenarios)("$operation: $title", async (scenario) => {
  for (const sql of ["DROP TABLE IF EXISTS strikes, notes", ...scenario.given.sql]) {
    expect(await runtime.call("postgres/execute", { input: { sql }, connection })).toMatchObject({ outcome: "success" });
  }
  expect(await runtime.call(`postgres/${scenario.operation}`, { input: scenario.input, connection })).toMatchObject(
    scenario.expect,
  );
});

test("contract.json is what the sources say", () => {
  expect(readFileSync(join(import.meta.dirname, "../contract.json"), "utf8")).toBe(contractJson(postgres));
});

test("every operation has a scenario", () => {
  expect(new Set(scenarios.map(({ operation }) => operation))).toEqual(new Set(Object.keys(postgres.contract.operations)));
});
