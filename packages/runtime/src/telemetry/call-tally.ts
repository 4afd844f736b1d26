import type { Attribution } from "./attribution.ts";

/** Counts calls that ended, as metrics do, and by tenant too, which metrics must not. Called once a call, so it must be quick, and must not throw. */
export interface CallTally {
  count(tenant: string, connector: string, attribution: Attribution): void;
}
