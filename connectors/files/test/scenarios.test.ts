// Pins: a contract, a scenario and an implementation that drift apart.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime } from "@mortise/runtime";
import { contractJson, type Json } from "@mortise/sdk";
import { afterAll, expect, test } from "vitest";
import files from "../src/connector.ts";

interface Scenario {
  readonly title: string;
  readonly given: { readonly files: { readonly [name: string]: string } };
  readonly operation: string;
  readonly input: Json;
  readonly expect: { readonly outcome: string; readonly files?: { readonly [name: string]: string } };
}

const folder = join(import.meta.dirname, "../scenarios");
const scenarios = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Scenario);

const place = mkdtempSync(join(tmpdir(), "mortise-scenarios-"));
afterAll(() => rmSync(place, { recursive: true, force: true }));

test.each(scenarios)("$operation: $title", async (scenario) => {
  const base = mkdtempSync(join(place, "s-"));
  for (const [name, text] of Object.entries(scenario.given.files)) writeFileSync(join(base, name), text);
  const runtime = createRuntime({ connectors: [files], files: { roots: [base], base } });
  try {
    const connection = { name: "files", connector: "files" };
    const { files: wanted = {}, ...result } = scenario.expect;
    expect(await runtime.call(`files/${scenario.operation}`, { input: scenario.input, connection })).toMatchObject(result);
    for (const [name, text] of Object.entries(wanted)) expect(readFileSync(join(base, name), "utf8")).toBe(text);
  } finally {
    await runtime.close();
  }
});

test("contract.json is what the sources say", () => {
  expect(readFileSync(join(import.meta.dirname, "../contract.json"), "utf8")).toBe(contractJson(files));
});

test("every operation has a scenario", () => {
  expect(new Set(scenarios.map(({ operation }) => operation))).toEqual(new Set(Object.keys(files.contract.operations)));
});
