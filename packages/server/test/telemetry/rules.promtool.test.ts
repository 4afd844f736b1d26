// Pins: rules that Prometheus does not load, alerts that fire or keep quiet at the wrong time (the scenarios are in rules/*.yml), a scrape that
// Prometheus cannot read, and rules or dashboards that ask for what nobody counts.
//
// Each scenario says `group_eval_order`: without it promtool takes groups in any order, and alerts may see what was recorded the round before.
import { execFile, execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { startTelemetry } from "../../src/telemetry/start-telemetry.ts";
import { sampleRuntime } from "./sample-runtime.ts";

const RULES = join(import.meta.dirname, "..", "..", "telemetry", "prometheus");
const SCENARIOS = join(import.meta.dirname, "rules");
const promtool = promisify(execFile);

describe("promtool", () => {
  test("loads every rule", async () => {
    const files = readdirSync(RULES).filter((file) => file.endsWith(".rules.yml"));
    const { stdout } = await promtool("promtool", ["check", "rules", ...files.map((file) => join(RULES, file))]);
    expect(stdout.match(/SUCCESS/g)).toHaveLength(files.length);
    expect(files).toHaveLength(2);
  });

  test.each(readdirSync(SCENARIOS).filter((file) => file.endsWith(".yml")))("finds the alerts as %s says", async (file) => {
    const failed = await promtool("promtool", ["test", "rules", join(SCENARIOS, file)]).then(
      () => "",
      ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
    );
    expect(failed).toBe("");
  });

  test("tells where a scenario is not met", async () => {
    const file = join(SCENARIOS, "..", "rules-unmet", "unmet.yml");
    await expect(promtool("promtool", ["test", "rules", file])).rejects.toThrow(/MortisePlatformFastBurn/);
  });

  test("reads the metrics of a server, and has nothing to say against their names", async () => {
    const telemetry = await startTelemetry({ serviceName: "mortise" });
    const runtime = sampleRuntime();
    for (const name of ["works", "fails"]) await runtime.call(`sample/${name}`, { input: {} });
    const { text } = await telemetry.metrics();
    await runtime.close();
    await telemetry.shutdown();
    expect(execFileSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8", stdio: "pipe" })).toBe("");
  });
});
