import { MortiseError } from "@mortise/contract";
import { type AttemptPermit, type BudgetLimits, budgetLimits } from "../budget/budget-book.ts";
import type { AdmittedCall } from "../call.ts";
import type { OpenConnection } from "../connection/open-connection.ts";
import { MIN_ATTEMPT_MS, PATIENCE_MS } from "../retry/plan-retry.ts";

/** A permit, and how long it was waited for. */
export interface Granted {
  readonly permit: AttemptPermit;
  readonly waitMs: number;
}

const FREE: AttemptPermit = Object.freeze({ answered: () => undefined, done: () => undefined });
const limitsOf = new WeakMap<OpenConnection, Map<string, BudgetLimits>>();

/**
 * Stage 6: waits for the bucket to be open and for a permit; every attempt takes its own. Refuses at once, with the moment to come
 * back, where the wait would be longer than the deadline (or, for a pause the other side asked for, than the patience inside a call).
 */
export async function budget(call: AdmittedCall): Promise<Granted> {
  const { services, trace } = call;
  const askedAtMs = services.clock.now();
  await sitOutPause(call);
  const permit = await takePermit(call);
  await sitOutPause(call).catch((error: unknown) => {
    permit.done();
    throw error;
  });
  const waitMs = services.clock.now() - askedAtMs;
  trace.tally.waitMs += waitMs;
  services.metrics.budgetWait({ connector: call.target.connector.contract.name, operation: call.target.name }, waitMs);
  return { permit, waitMs };
}

/** The bucket of a call that the other side may pause: the connection's share of the operation's budget. */
export function pauseKey({ connection, target }: Pick<AdmittedCall, "connection" | "target">): string {
  return `${connection.key} ${target.operation.budget ?? ""}`;
}

async function sitOutPause(call: AdmittedCall): Promise<void> {
  const { services, deadlineMs, signal } = call;
  for (;;) {
    const now = services.clock.now();
    const until = services.pauses.until(pauseKey(call));
    if (until <= now) return;
    if (until - now > PATIENCE_MS || until + MIN_ATTEMPT_MS > deadlineMs) {
      throw refused(`${call.use}: the other system asked for a pause of ${until - now} ms.`, until);
    }
    await services.clock.sleep(until - now, signal);
  }
}

async function takePermit(call: AdmittedCall): Promise<AttemptPermit> {
  const { services, deadlineMs, signal, target, connection } = call;
  const name = target.operation.budget;
  const spec = name === undefined ? undefined : target.connector.contract.budgets[name];
  if (name === undefined || spec === undefined) return FREE;
  const known = limitsOf.get(connection) ?? new Map<string, BudgetLimits>();
  const limits = known.get(name) ?? budgetLimits(name, spec, connection.settings);
  known.set(name, limits);
  limitsOf.set(connection, known);
  const key = bucketKey(call, name, spec.scope);
  const earliest = services.budgets.earliest(key, limits);
  if (earliest + MIN_ATTEMPT_MS > deadlineMs)
    throw refused(`${call.use}: the budget ${name} is used up beyond the deadline.`, earliest);
  return services.budgets.take(key, limits, signal);
}

function bucketKey(
  { target, connection, tenant }: AdmittedCall,
  name: string,
  scope: "connection" | "connector" | "tenant",
): string {
  const connector = target.connector.contract.name;
  if (scope === "connection") return `${connection.key} ${name}`;
  return JSON.stringify(scope === "tenant" ? [tenant, connector, name] : [connector, name]);
}

const refused = (message: string, retryAtMs: number): MortiseError => new MortiseError("THROTTLED", message, { retryAtMs });
