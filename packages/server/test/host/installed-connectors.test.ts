// Pins: code of somebody that runs in this process because a configuration names it, a build that was changed afterwards, and a name that is
// passed over in silence.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime } from "@mortise/runtime";
import { codeRunner, createSandbox } from "@mortise/sandbox";
import { afterAll, expect, test } from "vitest";
import { loadDeployment } from "../../src/host/deployment.ts";
import { installedConnectors } from "../../src/host/installed-connectors.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-installed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const operation = (body: object) => ({
  title: "Say",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  input: { type: "object" },
  output: { type: "string" },
  identity: [],
  outcomes: [],
  examples: [{ input: {}, output: "hello" }],
  ...body,
});
const contract = (name: string, publisher: string, body: object) => ({
  format: "mortise.contract/1",
  name,
  version: "1.0.0",
  title: name,
  publisher,
  settings: { type: "object" },
  hosts: ["crm.example"],
  auth: {},
  budgets: {},
  operations: { say: operation(body) },
});
const NATIVE = { native: { reason: "A driver.", uses: [] } };
const nativeScript = (name: string) =>
  `import { get } from "@mortise/sdk"; globalThis.loaded = [...(globalThis.loaded ?? []), "${name}"];
   export default { contract: { name: "${name}", version: "1.0.0" }, natives: { say: { call: async () => "hello from " + typeof get } } };`;

/** Writes a connector as a build does. */
function built(place: string, files: Readonly<Record<string, string>>): void {
  const dist = join(folder, place, "dist");
  mkdirSync(dist, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dist, name), text);
  const digests = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, createHash("sha256").update(text).digest("hex")]),
  );
  writeFileSync(join(dist, "digest.json"), JSON.stringify({ format: "mortise.digest/1", files: digests }));
}

const install = async (names: readonly string[], trustedPublishers?: readonly string[]) => {
  const configFile = join(folder, "mortise.config.json");
  writeFileSync(configFile, JSON.stringify({ connectors: names, ...(trustedPublishers ? { trustedPublishers } : {}) }));
  return await installedConnectors(await loadDeployment({ configFile, env: {} }), []);
};

built("native", {
  "contract.json": JSON.stringify(contract("drivers", "acme", NATIVE)),
  "connector.js": nativeScript("drivers"),
});
built("code", {
  "contract.json": JSON.stringify(contract("coded", "stranger", { code: { entry: "src/code/say.ts", capabilities: {} } })),
  "code.js": "var operations = { say: async () => 'hello' };",
});
built("node_modules/@acme/crm", {
  "contract.json": JSON.stringify(
    contract("crm", "stranger", { request: { method: "GET", url: { $text: "https://crm.example/" } } }),
  ),
});

test("connectors are found in folders beside the configuration and among its packages", async () => {
  const found = await install(["./native", "@acme/crm"], ["acme"]);
  expect(found.map((each) => each.contract.name)).toEqual(["drivers", "crm"]);
  const runtime = createRuntime({ connectors: found, trustedPublishers: ["acme"] });
  expect(await runtime.call("drivers/say", { input: {} })).toMatchObject({ outcome: "success", output: "hello from function" });
  await runtime.close();
});

test("native code of a publisher who is not trusted is not even loaded", async () => {
  built("strange", {
    "contract.json": JSON.stringify(contract("strange", "stranger", NATIVE)),
    "connector.js": nativeScript("strange"),
  });
  await expect(install(["./strange"])).rejects.toMatchObject({
    code: "CONNECTOR_NOT_TRUSTED",
    message: expect.stringContaining('"stranger" is not trusted'),
  });
  expect((globalThis as { readonly loaded?: readonly string[] }).loaded ?? []).not.toContain("strange");
});

test("code of anybody is for the sandbox, as it was built", async () => {
  const [found] = await install(["./code"]);
  expect(found?.natives).toEqual({});
  expect(found?.code?.script).toContain("hello");
  const sandbox = createSandbox();
  const runtime = createRuntime({ connectors: found ? [found] : [], code: codeRunner(sandbox) });
  expect(await runtime.call("coded/say", { input: {} })).toMatchObject({ outcome: "success", output: "hello" });
  await runtime.close();
  await sandbox.close();
});

test("a build that was changed afterwards is refused, whichever file it was", async () => {
  for (const [place, file, publisher] of [
    ["native", "connector.js", "acme"],
    ["code", "code.js", "acme"],
    ["node_modules/@acme/crm", "contract.json", "acme"],
  ] as const) {
    const path = join(folder, place, "dist", file);
    const before = readFileSync(path, "utf8");
    writeFileSync(path, `${before}\n`);
    const name = place.replace("node_modules/", "");
    const failed = install([name.startsWith("@") ? name : `./${name}`], [publisher]);
    await expect(failed, file).rejects.toThrow(/is not what was built/);
    writeFileSync(path, before);
  }
});

test.each([
  ["./nowhere", "CONNECTOR_NOT_FOUND", /"\.\/nowhere" of the configuration is not there/],
  ["@acme/nothing", "CONNECTOR_NOT_FOUND", /no package of that name is installed/],
  ["./source", "CONNECTOR_NOT_FOUND", /holds no contract\.json/],
  ["./broken", "INVALID_DOCUMENT", /The contract of the connector "\.\/broken" is wrong/],
  ["./no-code", "INVALID_DOCUMENT", /has "say" in code, and .* has no code\.js/],
])("%s is refused with its name and what is wrong", async (name, code, message) => {
  mkdirSync(join(folder, "source", "src"), { recursive: true });
  writeFileSync(join(folder, "source", "src", "connector.ts"), "");
  built("broken", { "contract.json": '{"format":"mortise.contract/1"}' });
  built("no-code", {
    "contract.json": JSON.stringify(contract("no-code", "stranger", { code: { entry: "src/code/say.ts", capabilities: {} } })),
  });
  await expect(install([name])).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test("two that are the same connector are refused, and so is what is no list", async () => {
  await expect(install(["@acme/crm", "@acme/crm"])).rejects.toMatchObject({ code: "DUPLICATE_NAME" });
  await expect(install("./native" as never)).rejects.toThrow(/\/connectors: expected a list/);
});
