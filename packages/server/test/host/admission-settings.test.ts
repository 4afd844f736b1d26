// Pins: a limit of the deployment that is misspelt or no number, and holds nothing back.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadDeployment } from "../../src/host/deployment.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-admission-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function load(admission: unknown) {
  const configFile = join(folder, "mortise.config.json");
  writeFileSync(configFile, JSON.stringify({ admission }));
  return (await loadDeployment({ configFile, env: {} })).admission;
}

test("limits of what the deployment takes on are read", async () => {
  const settings = { maxInFlight: 500, maxPerTenant: 100, maxPerHost: 50, tenantQuota: { ratePerSecond: 20, burst: 40 } };
  expect(await load(settings)).toEqual(settings);
});

test.each([
  ["a name that there is not", { maxinflight: 2 }, /did you mean "maxInFlight"/],
  ["zero", { maxInFlight: 0 }, /from 1 up/],
  ["one call at once for a host, as none could find out whether it is well again", { maxPerHost: 1 }, /from 2 up/],
  ["a text", { maxPerTenant: "1" }, /whole number/],
  ["a quota without a rate", { tenantQuota: { burst: 5 } }, /ratePerSecond/],
  ["a quota of nothing", { tenantQuota: { ratePerSecond: 0 } }, /above 0/],
  ["no object", 7, /expected an object/],
])("%s is refused", async (_, admission, message) => {
  await expect(load(admission)).rejects.toThrow(message);
});
