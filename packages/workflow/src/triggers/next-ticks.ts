import { type Diagnostic, MortiseError } from "@mortise/contract";
import { Cron } from "croner";

/** The next `count` moments (epoch ms) at which a schedule is due after `fromMs`; fewer where it ends. Throws `INVALID_SCHEDULE`. */
export function nextTicks(cron: string, timeZone: string | undefined, fromMs: number, count: number): readonly number[] {
  const problem = scheduleProblem(cron, timeZone);
  if (problem) throw new MortiseError("INVALID_SCHEDULE", problem.message);
  const runs = new Cron(cron, { timezone: timeZone ?? "UTC", mode: "5-or-6-parts", paused: true }).nextRuns(
    count,
    new Date(fromMs),
  );
  return runs.map((run) => run.getTime());
}

/** Why a schedule cannot be used; `path` is `/cron` or `/timeZone`. Undefined: it can. */
export function scheduleProblem(cron: string, timeZone: string | undefined): Diagnostic | undefined {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const message = `"${timeZone}" is no IANA time zone; expected e.g. "Europe/Berlin" or "UTC".`;
    return { code: "INVALID_SCHEDULE", severity: "error", path: "/timeZone", message };
  }
  try {
    const next = new Cron(cron, { timezone: timeZone ?? "UTC", mode: "5-or-6-parts", paused: true }).nextRun();
    if (next !== null) return undefined;
    return { code: "INVALID_SCHEDULE", severity: "error", path: "/cron", message: `"${cron}" is never due.` };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : "it cannot be read";
    return { code: "INVALID_SCHEDULE", severity: "error", path: "/cron", message: `"${cron}" is no schedule: ${reason}` };
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
