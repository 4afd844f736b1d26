import { ATTRIBUTIONS, type Attribution } from "@mortise/runtime";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../store/tables.ts";

/** Windows that burn is looked at in, and their length in seconds. */
export const BURN_WINDOWS = Object.freeze({
  "5m": 300,
  "30m": 1_800,
  "1h": 3_600,
  "2h": 7_200,
  "6h": 21_600,
  "1d": 86_400,
  "3d": 259_200,
} as const);

export type BurnWindow = keyof typeof BURN_WINDOWS;

/** What a window holds of a tenant's calls of a connector. */
export interface BurnCounts {
  /** Calls that count: neither the caller's doing nor a policy's. */
  readonly calls: number;
  /** Of these, those that are against the platform: its own errors, shed, unknown. */
  readonly platform: number;
  /** Those and the vendor's. */
  readonly all: number;
}

/** The windows of a tenant and connector. */
export interface TenantBurn {
  readonly tenant: string;
  readonly connector: string;
  readonly windows: { readonly [window in BurnWindow]: BurnCounts };
  /** Alerts that would fire now; those of the shipped rules for Prometheus, by tenant. */
  readonly alerts: readonly BurnAlert["name"][];
}

/** An alert over two windows: the long one says that it matters, the short one that it is still going on. */
export interface BurnAlert {
  readonly name:
    | "MortisePlatformFastBurn"
    | "MortisePlatformMidBurn"
    | "MortisePlatformSlowBurn"
    | "MortisePlatformLongBurn"
    | "MortiseVendorOutage"
    | "MortiseConnectorSlowBurn";
  readonly long: BurnWindow;
  readonly short: BurnWindow;
  /** How many times faster than the budget allows. */
  readonly factor: number;
}

/** The platform's objective, 99.9 % in 30 days, as the share that may fail; and a connector's own, 99.5 %. */
const PLATFORM_BUDGET = 0.001;
const CONNECTOR_BUDGET = 0.005;
const LEAST_CALLS_AN_HOUR = 100;
const LEAST_BAD = 5;

const PLATFORM_ALERTS: readonly BurnAlert[] = Object.freeze([
  { name: "MortisePlatformFastBurn", long: "1h", short: "5m", factor: 14.4 },
  { name: "MortisePlatformMidBurn", long: "6h", short: "30m", factor: 6 },
  { name: "MortisePlatformSlowBurn", long: "1d", short: "2h", factor: 3 },
  { name: "MortisePlatformLongBurn", long: "3d", short: "6h", factor: 1 },
]);
/** They say nothing where it is the platform's doing at the same factor. */
const CONNECTOR_ALERTS: readonly BurnAlert[] = Object.freeze([
  { name: "MortiseVendorOutage", long: "1h", short: "5m", factor: 14.4 },
  { name: "MortiseConnectorSlowBurn", long: "1d", short: "2h", factor: 3 },
]);

const NOT_COUNTED: readonly Attribution[] = ["caller_error", "policy_denied"];
const PLATFORM: readonly Attribution[] = ["platform_error", "shed", "unknown"];
const COUNTED = ATTRIBUTIONS.filter((attribution) => !NOT_COUNTED.includes(attribution));

/** How fast each tenant's error budgets burn, by connector, from the rows of all processes. `tenant` absent: of all tenants. */
export async function burnRates(db: Kysely<Tables>, nowMs: number, tenant?: string): Promise<readonly TenantBurn[]> {
  const windows = Object.entries(BURN_WINDOWS) as [BurnWindow, number][];
  const parts = windows.flatMap(([, seconds]) => {
    const inside = sql`minute >= to_timestamp(${nowMs / 1_000 - seconds})`;
    const sum = (which: readonly Attribution[]) =>
      sql`coalesce(sum(calls) filter (where ${inside} and attribution = any(${[...which]}::text[])), 0)::float8`;
    return [sum(COUNTED), sum(PLATFORM), sum([...PLATFORM, "vendor_error"])];
  });
  const { rows } = await sql<{ tenant: string; connector: string; counts: readonly number[] }>`
    select tenant, connector, array[${sql.join(parts)}] as counts from mortise.call_rollups
    where minute >= to_timestamp(${nowMs / 1_000 - BURN_WINDOWS["3d"]}) and minute < to_timestamp(${nowMs / 1_000})
      and (${tenant ?? null}::text is null or tenant = ${tenant ?? null})
    group by tenant, connector order by tenant, connector`.execute(db);
  return rows.map(({ counts, ...of }) => {
    const found = Object.fromEntries(
      windows.map(([window], index) => {
        const [calls = 0, platform = 0, all = 0] = counts.slice(index * 3, index * 3 + 3);
        return [window, { calls, platform, all }];
      }),
    ) as TenantBurn["windows"];
    return { ...of, windows: found, alerts: alertsOf(found) };
  });
}

/** The share of calls that failed; 0 where there were none. */
export const ratioOf = ({ calls }: BurnCounts, bad: number): number => (calls === 0 ? 0 : bad / calls);

function alertsOf(windows: TenantBurn["windows"]): readonly BurnAlert["name"][] {
  const burns = ({ long, short, factor }: BurnAlert, bad: "platform" | "all", budget: number): boolean =>
    [long, short].every((window) => ratioOf(windows[window], windows[window][bad]) > factor * budget) &&
    (windows[long].calls / BURN_WINDOWS[long]) * 3_600 >= LEAST_CALLS_AN_HOUR;
  const isOurs = ({ long, factor }: BurnAlert): boolean =>
    ratioOf(windows[long], windows[long].platform) > factor * PLATFORM_BUDGET;
  return [
    ...PLATFORM_ALERTS.filter((alert) => burns(alert, "platform", PLATFORM_BUDGET) && windows[alert.long].platform >= LEAST_BAD),
    ...CONNECTOR_ALERTS.filter((alert) => burns(alert, "all", CONNECTOR_BUDGET) && !isOurs(alert)),
  ].map(({ name }) => name);
}
