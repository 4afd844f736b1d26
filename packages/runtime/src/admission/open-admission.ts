import { MortiseError } from "@mortise/contract";
import type { Clock, RuntimeOptions } from "../runtime.ts";
import { elapsedMs } from "../system-clock.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { Admission } from "./admission.ts";

/** Opens a runtime's admission. Throws `INVALID_VALUE` for options that are no numbers above 0. */
export function openAdmission(
  { admission = {}, clock: own, tenantWeight, onCircuitChange }: RuntimeOptions,
  parts: {
    readonly clock: Clock;
    readonly random: () => number;
    readonly metrics: Metrics;
    readonly closing: AbortSignal;
  },
): Admission {
  const { maxInFlight, maxPerTenant, maxPerHost, tenantQuota } = admission;
  for (const [name, value] of Object.entries({ maxInFlight, maxPerTenant, maxPerHost, ...tenantQuota })) {
    if (value === undefined || (typeof value === "number" && value > 0)) continue;
    throw new MortiseError("INVALID_VALUE", `admission.${name} is ${JSON.stringify(value)}; expected a number above 0.`, {
      path: `/admission/${name}`,
    });
  }
  const { clock, random, metrics, closing } = parts;
  const opened = new Admission(admission, {
    clock,
    random,
    // A clock that is given is one of a test or a simulation: all that counts time goes by it.
    elapsedMs: own === undefined ? elapsedMs : () => clock.now(),
    closing,
    ...(tenantWeight === undefined ? {} : { weightOf: tenantWeight }),
    shed: (labels) => metrics.shed(labels),
    changed: (change) => {
      const { connector, connection, from, to } = change;
      metrics.circuit({ connector, scope: connection === undefined ? "host" : "connection" }, { from, to });
      onCircuitChange?.(change);
    },
  });
  metrics.watchCalls(() => opened.load(), closing);
  return opened;
}
