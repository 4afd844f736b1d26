// Pins: an operation that does something else than its scenario says. Each runs against a fresh service over loopback.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime } from "@mortise/runtime";
import type { JsonObject } from "@mortise/sdk";
import { afterAll, describe, expect, it } from "vitest";
import http from "../src/connector.ts";
import { startRestServer } from "./rest-server.ts";

interface Scenario {
  readonly title: string;
  readonly operation: string;
  readonly input: JsonObject;
  readonly expect: JsonObject;
}

const saved = mkdtempSync(join(tmpdir(), "mortise-http-"));
writeFileSync(join(saved, "report.csv"), "id,email\n1,ada@example.com\n");
afterAll(() => rmSync(saved, { recursive: true, force: true }));
const folder = join(import.meta.dirname, "../scenarios");
const scenarios = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Scenario);

describe("scenarios", () => {
  it.each(scenarios)("$title", async ({ operation, input, expect: expected }) => {
    const server = await startRestServer();
    const files = { roots: [saved], base: saved };
    const runtime = createRuntime({ connectors: [http], egress: { allow: [server.url] }, files });
    try {
      const connection = { name: "rest", connector: "http@1", settings: { baseUrl: server.url } };
      expect(await runtime.call(`http@1/${operation}`, { connection, input })).toMatchObject(expected);
    } finally {
      await runtime.close();
      await server.close();
    }
  });

  it("cover every operation that people see", () => {
    const covered = new Set(scenarios.map(({ operation }) => operation));
    expect(Object.keys(http.contract.operations).filter((name) => !covered.has(name))).toEqual(["check"]);
  });
});
