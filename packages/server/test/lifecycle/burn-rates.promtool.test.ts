// Pins: an error budget that burns otherwise in the database, by tenant, than in Prometheus, which knows no tenants.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Attribution } from "@mortise/runtime";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BurnWindow, burnRates, ratioOf } from "../../src/lifecycle/burn-rates.ts";
import { type VaultDatabase, vaultDatabase } from "../support/vault-database.ts";

const RULES = join(import.meta.dirname, "..", "..", "telemetry", "prometheus");
const promtool = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "mortise-burn-"));
const MINUTE_MS = 60_000;
const START_MS = Date.parse("2026-01-01T00:00:00Z");
let database: VaultDatabase;
beforeAll(async () => {
  database = await vaultDatabase();
});
afterAll(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

type Calls = { readonly [attribution in Attribution]?: (minute: number) => number };
const always = (calls: number) => () => calls;
const within =
  (from: number, to: number, calls: number, other = 0) =>
  (minute: number) =>
    minute >= from && minute < to ? calls : other;

/** The cases of the rules' own tests: calls a minute, how long, where the share is looked at. */
const CASES: readonly (readonly [string, number, Calls, readonly BurnWindow[]])[] = [
  [
    "every call fails for 20 minutes",
    80,
    { ok: within(60, 80, 0, 400), platform_error: within(60, 80, 400) },
    ["5m", "30m", "1h", "6h"],
  ],
  ["it is over for nine minutes", 89, { ok: within(60, 80, 0, 400), platform_error: within(60, 80, 400) }, ["30m", "1h", "6h"]],
  ["1 % of the calls fail", 720, { ok: always(594), unknown: always(6) }, ["5m", "30m", "1h", "2h", "6h", "1d"]],
  ["0.2 % of the calls fail for three days", 4_320, { ok: always(499), shed: always(1) }, ["5m", "1h", "6h", "1d", "3d"]],
  ["half of very few calls fail", 180, { ok: (minute) => minute % 2, platform_error: (minute) => (minute + 1) % 2 }, ["1h"]],
  [
    "callers and policies fail, and that is no event",
    360,
    { ok: always(20), caller_error: always(160), policy_denied: always(20) },
    [],
  ],
  [
    "the other system is down for ten minutes",
    70,
    { ok: within(60, 70, 0, 400), vendor_error: within(60, 70, 400) },
    ["30m", "1h"],
  ],
  ["we are down, which is not told as the vendor's outage", 60, { ok: always(10), platform_error: always(100) }, ["5m", "1h"]],
];

test.each(CASES)(
  "where %s, both say the same alerts, and shares within 1 %% of each other",
  async (name, minutes, calls, windows) => {
    const tenant = name;
    const rows = Object.entries(calls).flatMap(([attribution, of]) =>
      Array.from({ length: minutes }, (_, minute) => ({ attribution, minute, calls: of(minute) })),
    );
    await sql`
    insert into mortise.call_rollups (tenant, connector, minute, attribution, calls)
    select ${tenant}, 'crm', to_timestamp(${START_MS / 1_000} + minute * 60), attribution, calls from unnest(
      ${rows.map(({ attribution }) => attribution)}::text[], ${rows.map(({ minute }) => minute)}::int[],
      ${rows.map((row) => row.calls)}::bigint[]) as counted (attribution, minute, calls)`.execute(database.db);
    const [found] = await burnRates(database.db, START_MS + minutes * MINUTE_MS, tenant);
    if (found === undefined) throw new Error("Nothing was counted.");

    const series = Object.entries(calls).map(([attribution, of]) => {
      let sum = 0;
      const values = ["0"];
      for (let minute = 0; minute < minutes; minute++) {
        sum += of(minute);
        values.push(String(sum));
      }
      return {
        series: `mortise_calls_total{connector="crm",operation="op",attribution="${attribution}",instance="a"}`,
        values: values.join(" "),
      };
    });
    const at = `${minutes}m`;
    const shares = windows.flatMap((window) =>
      (["platform", "all"] as const).map((kind) => {
        const share = ratioOf(found.windows[window], found.windows[window][kind]);
        const expr = `abs(connector:mortise_${kind}_errors:ratio_rate${window} - ${share}) <= bool ${0.01 * share + 1e-9}`;
        return { expr, eval_time: at, exp_samples: [{ labels: '{connector="crm"}', value: 1 }] };
      }),
    );
    const burning = 'count by (alertname) (ALERTS{alertstate="firing",slo=~"platform|connector"})';
    const alerts = found.alerts.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 }));
    const document = {
      rule_files: ["mortise-recording.rules.yml", "mortise-alerts.rules.yml"].map((file) => join(RULES, file)),
      group_eval_order: ["mortise-slo-short", "mortise-slo-long", "mortise-burn", "mortise-symptoms"],
      evaluation_interval: minutes > 300 ? `${minutes / 6}m` : "1m",
      tests: [
        {
          name,
          interval: "1m",
          input_series: [{ series: 'target_info{job="mortise",service_name="mortise"}', values: `1x${minutes}` }, ...series],
          promql_expr_test: [...shares, { expr: burning, eval_time: at, exp_samples: alerts }],
        },
      ],
    };
    const file = join(folder, `${minutes}-${shares.length}.yml`);
    writeFileSync(file, JSON.stringify(document));
    const failed = await promtool("promtool", ["test", "rules", file]).then(
      () => "",
      ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
    );
    expect(failed).toBe("");
    console.log(`${name}: ${shares.length} shares within 1 %, alerts: ${found.alerts.join(", ") || "none"}`);
  },
);

test("each tenant burns its own budget, and sees no other's", async () => {
  const minute = new Date(START_MS);
  const row = (tenant: string, attribution: Attribution, calls: number) => ({
    tenant,
    connector: "own",
    minute,
    attribution,
    calls,
  });
  await database.db
    .insertInto("call_rollups")
    .values([row("north", "ok", 1_000), row("south", "ok", 500), row("south", "platform_error", 500)])
    .execute();
  const found = await burnRates(database.db, START_MS + MINUTE_MS);
  const own = found.filter(({ connector }) => connector === "own");
  expect(own.map(({ tenant, alerts }) => [tenant, alerts.includes("MortisePlatformFastBurn")])).toEqual([
    ["north", false],
    ["south", true],
  ]);
  expect((await burnRates(database.db, START_MS + MINUTE_MS, "north")).map(({ tenant }) => tenant)).toEqual(["north"]);
});
