import { nextTicks } from "@mortise/workflow";
import { leasedSource } from "./leased-source.ts";
import type { Source, SourceContext } from "./source.ts";

/** A time that is noticed later than this was missed: nothing was running then. */
const LATE_MS = 60_000;
const NOTE_MS = 30_000;
const MOST_MISSED = 1_000;

/** What is kept of a schedule: up to when its times were seen to. */
interface Kept {
  readonly of: string;
  readonly untilMs: number;
}

/**
 * Starts a run at each time of a schedule, and makes up for times that were missed as the document says. A run's id names its time, so
 * a time starts one run, whoever notices it.
 */
export function scheduleSource(context: SourceContext): Source {
  const { live, host, desk, sources, clock, log } = context;
  const params = live.document.trigger.with ?? {};
  const cron = String(params.cron);
  const timeZone = typeof params.timeZone === "string" ? params.timeZone : undefined;
  const of = JSON.stringify([cron, timeZone ?? "UTC"]);
  // Throws where it cannot be read, before anything is opened.
  nextTicks(cron, timeZone, host.now(), 1);

  const start = async (ticks: readonly number[]): Promise<void> => {
    await desk.accept(
      live,
      ticks.map((tick) => {
        const scheduledAt = new Date(tick).toISOString();
        const payload = { body: {}, scheduledAt };
        return { runId: `schedule/${live.id}/${scheduledAt}`, marks: [`tick:${scheduledAt}`], payload };
      }),
      { evenIfFull: true },
    );
  };

  return leasedSource(context, async (lease, signal) => {
    const before = lease.state as unknown as Kept | null;
    let untilMs = before?.of === of ? before.untilMs : host.now();
    const missed = missedTicks(cron, timeZone, untilMs, host.now() - LATE_MS);
    const wanted = toMakeUp(missed, params);
    if (missed.length > 0)
      log(`"${live.document.name}": ${missed.length} times were missed, ${wanted.length} of them are made up for.`);
    if (wanted.length > 0) await start(wanted);
    untilMs = Math.max(untilMs, missed.at(-1) ?? 0);
    const keep = async () => await sources.keep(lease, { of, untilMs });
    await keep();
    while (!signal.aborted) {
      const [tick] = nextTicks(cron, timeZone, untilMs, 1);
      const now = host.now();
      const dueMs = tick === undefined ? Number.POSITIVE_INFINITY : tick - now;
      if (dueMs > 0) {
        await clock.sleep(Math.min(dueMs, NOTE_MS), signal);
        // Nothing was missed up to now, which is what a process that starts later has to know.
        if (!signal.aborted && (tick === undefined || host.now() < tick)) {
          untilMs = Math.max(untilMs, Math.min(host.now(), tick ?? host.now()) - 1);
          await keep();
        }
        continue;
      }
      if (tick === undefined) return;
      await start([tick]);
      untilMs = tick;
      await keep();
    }
  });
}

/** Times after one moment and up to another, the last of them where there are more than can be made up for. */
export function missedTicks(cron: string, timeZone: string | undefined, afterMs: number, upToMs: number): readonly number[] {
  const found: number[] = [];
  for (let from = afterMs; from < upToMs; ) {
    const batch = nextTicks(cron, timeZone, from, 100).filter((tick) => tick <= upToMs);
    found.push(...batch);
    const last = batch.at(-1);
    if (batch.length < 100 || last === undefined) break;
    from = last;
    if (found.length > 2 * MOST_MISSED) found.splice(0, found.length - MOST_MISSED);
  }
  return found;
}

/** Those of the missed times that start a run after all. */
export function toMakeUp(
  missed: readonly number[],
  params: { readonly missed?: unknown; readonly missedLimit?: unknown },
): readonly number[] {
  if (params.missed === "latest") return missed.slice(-1);
  if (params.missed !== "all") return [];
  return missed.slice(-(typeof params.missedLimit === "number" ? params.missedLimit : 100));
}
