import type { Runner } from "@mortise/engine";
import type { RunIndex } from "../store/run-index.ts";
import type { RetentionSettings } from "./retention-settings.ts";

const DAY_MS = 86_400_000;
const SWEEP_EVERY_MS = 3_600_000;
const DEFAULTS = { succeededDays: 14, failedDays: 30, cancelledDays: 30 } as const;

/** What {@link openRetention} stands on. */
export interface RetentionOptions {
  readonly settings: RetentionSettings | undefined;
  readonly runner: Pick<Runner, "purge">;
  readonly runs: Pick<RunIndex, "purge">;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** Forgets runs whose time is up: now, and then every hour. */
export function openRetention(options: RetentionOptions): { sweep(): Promise<number>; close(): void } {
  const { runner, runs, now, log } = options;
  const days = { ...DEFAULTS, ...options.settings };
  const sweep = async () => {
    let forgotten = 0;
    for (const status of ["succeeded", "failed", "cancelled"] as const) {
      const kept = days[`${status}Days`];
      if (kept === 0) continue;
      const before = new Date(now() - kept * DAY_MS);
      forgotten += await runner.purge(before, [status]);
      await runs.purge(before, status);
    }
    return forgotten;
  };
  const quietly = () => void sweep().catch((error: Error) => log(`Old runs could not be removed: ${error.message}`));
  const timer = setInterval(quietly, SWEEP_EVERY_MS);
  timer.unref();
  quietly();
  return { sweep, close: () => clearInterval(timer) };
}
