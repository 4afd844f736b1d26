// Pins: a limit of the sandbox that is misspelt or no number, and holds nothing back.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadDeployment } from "../../src/host/deployment.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-sandbox-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function load(sandbox: unknown) {
  const configFile = join(folder, "mortise.config.json");
  writeFileSync(configFile, JSON.stringify({ sandbox }));
  return (await loadDeployment({ configFile, env: {} })).sandbox;
}

test("limits of the sandbox are read", async () => {
  const settings = { atOnce: 2, atOnceForTenant: 1, tenantCpuMsPerMinute: 10_000 };
  expect(await load(settings)).toEqual(settings);
});

test.each([
  ["a name that there is not", { atonce: 2 }, /did you mean "atOnce"/],
  ["zero", { atOnce: 0 }, /from 1 to 64/],
  ["a text", { tenantCpuMsPerMinute: "1" }, /whole number/],
  ["no object", 7, /expected an object/],
])("%s is refused", async (_, sandbox, message) => {
  await expect(load(sandbox)).rejects.toThrow(message);
});
