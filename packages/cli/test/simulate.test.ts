// Pins: a fake vendor on the command line that ignores a scenario or a state, or takes one with a slip in it.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "..", "bin", "mortise.mjs");

const item = {
  title: "Get",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  identity: ["/id"],
  outcomes: [],
  examples: [],
  input: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
  output: { type: "object", required: ["id", "name"], properties: { id: { type: "string" }, name: { type: "string" } } },
  request: { method: "GET", url: "/things/{id}", path: { id: { $cel: "input.id" } } },
};
const contract = {
  format: "mortise.contract/1",
  name: "things",
  version: "1.0.0",
  title: "Things",
  publisher: "acme",
  hosts: ["api.things.example"],
  auth: {},
  budgets: {},
  operations: {
    get: item,
    remove: {
      ...item,
      title: "Remove",
      effect: "delete",
      output: { type: "null" },
      request: { ...item.request, method: "DELETE" },
    },
  },
};

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "mortise-simulate-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  writeFileSync(join(made, "contract.json"), JSON.stringify(contract));
  return made;
}

const mortise = async (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [main, "simulate", ...args], { encoding: "utf8" }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );

test("--list names the built-in scenarios; a name that there is not, or a file with a slip, is exit code 2 with what was meant", async () => {
  const listed = JSON.parse((await mortise("--list", "--json")).stdout) as {
    readonly scenarios: readonly { readonly name: string }[];
  };
  expect(listed.scenarios.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["throttled-epoch", "duplicate-webhooks", "limits"]),
  );
  const dir = folder();
  const misspelt = await mortise(dir, "--port", "0", "--scenario", "throtled");
  expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.stringContaining('"throttled"')]);
  const file = join(dir, "slip.json");
  writeFileSync(
    file,
    '{\n  "format": "mortise.scenario/1",\n  "rules": [{ "do": { "latancy": {} } }, { "on": { "operations": ["gett"] }, "do": {} }]\n}\n',
  );
  const slip = await mortise(dir, "--port", "0", "--scenario", file, "--json");
  expect(slip.code).toBe(2);
  expect(JSON.parse(slip.stdout)).toMatchObject({
    ok: false,
    diagnostics: [{ code: "UNKNOWN_KEY", line: 3 }, { path: "/rules/1/do" }],
  });
  const state = join(dir, "state.json");
  writeFileSync(state, '{ "format": "mortise.simulator-state/1", "collections": { "/things": [{ "name": "no id" }] } }');
  expect(JSON.parse((await mortise(dir, "--port", "0", "--state", state, "--json")).stdout)).toMatchObject({
    diagnostics: [{ code: "MISSING_KEY", path: "/collections/~1things/0/id" }],
  });
});

test("a scenario and a state are what it serves, and its control paths say so", async () => {
  const dir = folder();
  const state = join(dir, "state.json");
  writeFileSync(
    state,
    '{ "format": "mortise.simulator-state/1", "collections": { "/things": [{ "id": "t1", "name": "First" }] } }',
  );
  const scenario = join(dir, "tea.json");
  const rules = [{ on: { methods: ["DELETE"] }, do: { answer: { status: 418 } } }];
  writeFileSync(scenario, JSON.stringify({ format: "mortise.scenario/1", rules }));
  const options = ["--port", "0", "--scenario", scenario, "empty", "--state", state, "--json"];
  const server = spawn(process.execPath, [main, "simulate", dir, ...options]);
  onTestFinished(() => void server.kill("SIGKILL"));
  const told = await new Promise<string>((resolve) => {
    let text = "";
    server.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith("}\n")) resolve(text);
    });
  });
  const { origin, control } = JSON.parse(told) as { readonly origin: string; readonly control: string };
  expect(await (await fetch(`${origin}/things/t1`)).json()).toMatchObject({ id: "t1", name: "First" });
  expect((await fetch(`${origin}/things/t2`)).status).toBe(404);
  expect((await fetch(`${origin}/things/t1`, { method: "DELETE" })).status).toBe(418);
  expect(await (await fetch(`${control}requests`)).json()).toMatchObject([
    { status: 200 },
    { status: 404 },
    { status: 418, faults: ["answer"] },
  ]);
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  expect(await ended).toBe(0);
});
