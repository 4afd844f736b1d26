import { type Context, propagation } from "@opentelemetry/api";
import type { BAGGAGE } from "./span-catalogue.ts";

type Entry = (typeof BAGGAGE)[number];

/** What the baggage says. Absent: what it said before. */
export interface BaggageParts {
  readonly tenant?: string | undefined;
  readonly runId?: string | undefined;
}

/** A context whose W3C baggage names the tenant and the run, beside what it holds already. */
export function withBaggage(above: Context, { tenant, runId }: BaggageParts): Context {
  const before = propagation.getBaggage(above) ?? propagation.createBaggage();
  const tenanted = tenant === undefined ? before : before.setEntry("mortise.tenant" satisfies Entry, { value: tenant });
  const after = runId === undefined ? tenanted : tenanted.setEntry("mortise.run_id" satisfies Entry, { value: runId });
  return after === propagation.getBaggage(above) ? above : propagation.setBaggage(above, after);
}
