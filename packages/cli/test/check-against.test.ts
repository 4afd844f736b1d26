// Pins that `check --against` lets a version pass that promises less change than there is, or hides what changed.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import http from "@mortise/connector-http";
import type { Contract, JsonSchemaObject, Migration } from "@mortise/contract";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "mortise-against-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function main(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = join(import.meta.dirname, "..", "bin", "mortise.mjs");
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [command, ...args])) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

const text = { type: "string" } as const;

function write(name: string, version: string, input: JsonSchemaObject, migrations: readonly Migration[] = []): string {
  const contract: Contract = {
    format: "mortise.contract/1",
    name: "acme",
    version,
    title: "Acme",
    publisher: "acme",
    hosts: ["api.acme.example"],
    auth: {},
    budgets: {},
    operations: {
      getContact: {
        title: "Get a contact",
        effect: "read",
        idempotency: "natural",
        scopes: [],
        input,
        output: { type: "object", properties: { id: text } },
        identity: [],
        request: { method: "GET", url: "/contacts" },
        outcomes: [],
        examples: [],
      },
    },
    ...(migrations.length === 0 ? {} : { migrations }),
  };
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, "contract.json"), JSON.stringify(contract, null, 2));
  return join(folder, name);
}

const object = (properties: NonNullable<JsonSchemaObject["properties"]>): JsonSchemaObject => ({
  type: "object",
  properties,
  additionalProperties: false,
});
const one = write("one", "1.0.0", object({ email: text, note: text }));

interface Result {
  readonly files: readonly {
    readonly comparison: {
      readonly requiredBump: string;
      readonly proof?: object;
      readonly changes: readonly { readonly id: string }[];
    };
    readonly diagnostics: readonly { readonly code: string; readonly fix?: { readonly title: string } }[];
  }[];
}

it("refuses a version that is too small, and shows the changes and the version to use", async () => {
  const two = write("two", "1.1.0", object({ email: text }));
  const { code, stderr } = await main("check", two, "--against", one);
  expect(code).toBe(1);
  expect(stderr).toMatch(/since 1\.0\.0: 1 change; required: major, the version says: minor/);
  expect(stderr).toMatch(/major {2}input-field-removed {2}\/operations\/getContact\/input\/properties\/note/);
  expect(stderr).toContain("Use the version 2.0.0.");
});

it("gives the same as JSON and as SARIF", async () => {
  const two = write("two-json", "1.1.0", object({ email: text }));
  const sarif = join(folder, "found.sarif");
  const { code, stdout } = await main("check", two, "--against", one, "--json", "--sarif", sarif);
  expect(code).toBe(1);
  const [file] = (JSON.parse(stdout) as Result).files;
  expect(file?.comparison).toMatchObject({
    requiredBump: "major",
    declaredBump: "minor",
    changes: [{ id: "input-field-removed" }],
  });
  expect(file?.diagnostics.map((each) => each.code)).toContain("VERSION_TOO_SMALL");
  expect(readFileSync(sarif, "utf8")).toContain("VERSION_TOO_SMALL");
  expect(readFileSync(sarif, "utf8")).toContain("compatibility.md#input-field-removed");
});

it("takes a major version whose migration carries what was made for the old one, and proves it", async () => {
  const migration: Migration = { from: 1, to: 2, operations: { getContact: { input: { email: { $cel: "input.?email" } } } } };
  const three = write("three", "2.0.0", object({ email: text }), [migration]);
  const { stdout } = await main("check", three, "--against", one, "--json");
  const [file] = (JSON.parse(stdout) as Result).files;
  expect(file?.comparison.proof).toMatchObject({ ok: true });
  const blamed = file?.diagnostics.filter(({ code }) => /VERSION|MIGRATION/.test(code));
  expect(blamed).toEqual([]);
});

it("shows a value that a migration loses", async () => {
  const migration: Migration = { from: 1, to: 2, operations: { getContact: { input: { email: { $cel: "input.email" } } } } };
  const four = write("four", "2.0.0", object({ email: text }), [migration]);
  const { code, stderr } = await main("check", four, "--against", one);
  expect(code).toBe(1);
  expect(stderr).toMatch(/operations\.getContact\.input: \{.*\}, made for 1\.0\.0, does not go on in 2\.0\.0/);
});

it("compares with an installed connector by name and version", async () => {
  const { version } = http.contract;
  const { code, stdout } = await main("check", join(one, "contract.json"), "--against", `http@${version}`, "--json");
  expect(code).toBe(1);
  expect((JSON.parse(stdout) as Result).files[0]?.comparison.changes.map(({ id }) => id)).toContain("connector-renamed");
});
