import { randomUUID } from "node:crypto";
import type { Clock, RuntimeOptions } from "../runtime.ts";
import { later, ticks } from "../system-clock.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { openSharedBudgets } from "./across-workers/shared-budgets.ts";
import type { BudgetStatus } from "./across-workers/worker-link.ts";
import { BudgetBook } from "./budget-book.ts";
import { Pauses } from "./pauses.ts";

/** The budgets of a runtime, and what holds them still. */
export interface Budgets {
  readonly budgets: BudgetBook;
  readonly pauses: Pauses;
  /** Share of a tenant in budgets that tenants share, against 1 of another. */
  readonly tenantWeight: (tenant: string) => number;
  readonly budgetStatus: () => BudgetStatus;
  /** Gives back what was taken from the other workers. */
  readonly closeBudgets: () => Promise<void>;
}

const LOCAL: BudgetStatus = Object.freeze({ mode: "local", workers: 1 });

/** Opens the budgets: of this process alone, or with all that share its Redis. */
export function openBudgets(
  { redis, tenantWeight = () => 1, onBudgetStatus }: Pick<RuntimeOptions, "redis" | "tenantWeight" | "onBudgetStatus">,
  { clock, metrics }: { readonly clock: Clock; readonly metrics: Metrics },
): Budgets {
  if (redis === undefined) {
    const pauses = new Pauses(clock);
    return { budgets: new BudgetBook(clock), pauses, tenantWeight, budgetStatus: () => LOCAL, closeBudgets: async () => {} };
  }
  let wasAlone = false;
  const shared = openSharedBudgets(redis, {
    worker: randomUUID(),
    ticks,
    later,
    now: () => clock.now(),
    onPause: (key, ms) => void pauses.hold(key, clock.now() + ms),
    onMode: (status) => {
      const isAlone = status.mode === "alone";
      if (isAlone !== wasAlone) metrics.budgetAlone(isAlone);
      wasAlone = isAlone;
      onBudgetStatus?.(status);
    },
  });
  const pauses = new Pauses(clock, shared.pause);
  const budgets = new BudgetBook(clock, shared.openBank);
  const closeBudgets = async (): Promise<void> => {
    await shared.close();
    if (wasAlone) metrics.budgetAlone(false);
  };
  return { budgets, pauses, tenantWeight, budgetStatus: shared.status, closeBudgets };
}
