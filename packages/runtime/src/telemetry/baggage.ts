import { type Context, propagation } from "@opentelemetry/api";
import type { BAGGAGE } from "./span-catalogue.ts";

type Entry = (typeof BAGGAGE)[number];

/** A context whose W3C baggage names the tenant and the run, beside what it holds already. */
export function withBaggage(above: Context, tenant: string, runId: string | undefined): Context {
  const before = propagation.getBaggage(above) ?? propagation.createBaggage();
  const tenanted = before.setEntry("mortise.tenant" satisfies Entry, { value: tenant });
  const after = runId === undefined ? tenanted : tenanted.setEntry("mortise.run_id" satisfies Entry, { value: runId });
  return propagation.setBaggage(above, after);
}
