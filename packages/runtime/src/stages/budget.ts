import { type Budget, MortiseError } from "@mortise/contract";
import { type AttemptPermit, type BudgetLimits, budgetLimits } from "../budget/budget-book.ts";
import { type BudgetNews, budgetSignals } from "../budget/budget-signals.ts";
import type { AdmittedCall } from "../call.ts";
import type { OpenConnection } from "../connection/open-connection.ts";
import type { Told } from "../retry/compile-instant.ts";
import { MIN_ATTEMPT_MS, PATIENCE_MS } from "../retry/plan-retry.ts";

/** A permit, and how long it was waited for. */
export interface Granted {
  readonly permit: AttemptPermit;
  readonly waitMs: number;
}

/** The budget of a call as its connection has it. */
interface Bucket {
  readonly name: string;
  readonly spec: Budget;
  readonly limits: BudgetLimits;
  /** Everybody who shares it has the same. */
  readonly key: string;
  /** Answers to this call may speak for everybody who shares it. */
  readonly isTrusted: boolean;
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
  const bucket = bucketOf(call);
  await sitOutPause(call, bucket);
  const permit = await takePermit(call, bucket);
  await sitOutPause(call, bucket).catch((error: unknown) => {
    permit.done();
    throw error;
  });
  const waitMs = services.clock.now() - askedAtMs;
  trace.tally.waitMs += waitMs;
  services.metrics.budgetWait({ connector: call.target.connector.contract.name, operation: call.target.name }, waitMs);
  return { permit, waitMs };
}

/** Reads what an answer says about the call's budget; a window that it calls smaller becomes smaller. */
export function readBudget(call: AdmittedCall, answer: Told): BudgetNews {
  const bucket = bucketOf(call);
  if (bucket === undefined) return {};
  const news = budgetSignals(bucket.spec)(answer, call.services.clock.now());
  if (news.limit !== undefined && bucket.isTrusted) call.services.budgets.lower(bucket.key, bucket.limits, news.limit);
  return news;
}

/**
 * Holds calls still because an answer asked for it: those of the connection, and where its window is spent (`isSpent`) those of all who
 * share it.
 */
export function pause(call: AdmittedCall, waitMs: number, isSpent: boolean): void {
  const { services } = call;
  const untilMs = services.clock.now() + waitMs;
  const bucket = bucketOf(call);
  services.pauses.pause(ownKey(call), untilMs);
  if (isSpent && bucket?.isTrusted === true) services.pauses.pause(bucket.key, untilMs);
}

function bucketOf(call: AdmittedCall): Bucket | undefined {
  const { target, connection } = call;
  const { contract } = target.connector;
  const name = target.operation.budget;
  const spec = name === undefined ? undefined : contract.budgets[name];
  if (name === undefined || spec === undefined) return undefined;
  const known = limitsOf.get(connection) ?? new Map<string, BudgetLimits>();
  const limits = known.get(name) ?? budgetLimits(name, spec, connection.settings);
  known.set(name, limits);
  limitsOf.set(connection, known);
  const isTrusted = spec.scope !== "connector" || !contract.hosts.some(isChosenByConnection);
  return { name, spec, limits, key: bucketKey(call, name, spec.scope), isTrusted };
}

/** A host that a connection chooses cannot tell how the connections of others are doing. */
const isChosenByConnection = (host: string): boolean => host === "*" || host.includes("{");

/** The connection's share of the operation's budget. */
const ownKey = ({ connection, target }: AdmittedCall): string => `${connection.key} ${target.operation.budget ?? ""}`;

async function sitOutPause(call: AdmittedCall, bucket: Bucket | undefined): Promise<void> {
  const { services, deadlineMs, signal } = call;
  for (;;) {
    const now = services.clock.now();
    const own = services.pauses.until(ownKey(call));
    const until = bucket === undefined ? own : Math.max(own, services.pauses.until(bucket.key));
    if (until <= now) return;
    if (until - now > PATIENCE_MS || until + MIN_ATTEMPT_MS > deadlineMs) {
      throw refused(`${call.use}: the other system asked for a pause of ${until - now} ms.`, until);
    }
    await services.clock.sleep(until - now, signal);
  }
}

async function takePermit(call: AdmittedCall, bucket: Bucket | undefined): Promise<AttemptPermit> {
  if (bucket === undefined) return FREE;
  const { services, deadlineMs, signal, target } = call;
  const { key, limits, name } = bucket;
  const { cost } = target.operation;
  const earliest = services.budgets.earliest(key, limits, cost);
  if (earliest + MIN_ATTEMPT_MS > deadlineMs)
    throw refused(`${call.use}: the budget ${name} is used up beyond the deadline.`, earliest);
  return services.budgets.take(key, limits, signal, cost);
}

function bucketKey({ target, connection, tenant }: AdmittedCall, name: string, scope: Budget["scope"]): string {
  const connector = target.connector.contract.name;
  if (scope === "connection") return `${connection.key} ${name}`;
  return JSON.stringify(scope === "tenant" ? [tenant, connector, name] : [connector, name]);
}

const refused = (message: string, retryAtMs: number): MortiseError => new MortiseError("THROTTLED", message, { retryAtMs });
