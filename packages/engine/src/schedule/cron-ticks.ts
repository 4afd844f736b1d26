import { type Json, MortiseError } from "@mortise/contract";
import type { Clock } from "@mortise/runtime";
import type { ScheduleSpec } from "@mortise/workflow";
import { Cron } from "croner";

/** A tick that is noticed later than this is skipped: a laptop that slept a week does not start a thousand runs. */
export const LATE_MS = 60_000;

/** One moment at which a schedule is due. */
export interface Tick {
  readonly name: string;
  /** Epoch ms of the moment due, not of now. */
  readonly atMs: number;
  readonly input: Json;
}

/**
 * Waits for the ticks of cron schedules.
 *
 * Owns: one timer a schedule.
 * Does not own: which process runs a tick (the run id, which names the tick, decides that), storage, the clock.
 * Talks to: `onTick`.
 * Invariants:
 *   C1. A tick is reported at most once by one instance, never early, never more than {@link LATE_MS} late.
 *   C2. Times follow the schedule's zone through its clock changes; absent: UTC.
 */
export class CronTicks {
  readonly #clock: Clock;
  readonly #onTick: (tick: Tick) => Promise<void>;
  readonly #running = new Map<string, { readonly spec: string; readonly stop: AbortController }>();

  constructor(clock: Clock, onTick: (tick: Tick) => Promise<void>) {
    this.#clock = clock;
    this.#onTick = onTick;
  }

  /** Starts, changes or (null) removes a schedule. Throws `INVALID_SCHEDULE`. */
  set(name: string, spec: ScheduleSpec | null): void {
    const text = JSON.stringify(spec);
    const running = this.#running.get(name);
    if (running?.spec === text) return;
    const cron = spec === null ? undefined : parseCron(spec);
    running?.stop.abort();
    this.#running.delete(name);
    if (spec === null || cron === undefined) return;
    const stop = new AbortController();
    this.#running.set(name, { spec: text, stop });
    void this.#run(name, cron, spec.input, stop.signal);
  }

  names(): readonly string[] {
    return [...this.#running.keys()];
  }

  /** Stops all of them. */
  stop(): void {
    for (const { stop } of this.#running.values()) stop.abort();
    this.#running.clear();
  }

  async #run(name: string, cron: Cron, input: Json, signal: AbortSignal): Promise<void> {
    let after = this.#clock.now();
    while (!signal.aborted) {
      const due = cron.nextRun(new Date(after))?.getTime();
      if (due === undefined) return;
      try {
        while (this.#clock.now() < due) await this.#clock.sleep(due - this.#clock.now(), signal);
      } catch {
        return;
      }
      const oldest = this.#clock.now() - LATE_MS;
      if (due >= oldest) await this.#onTick({ name, atMs: due, input });
      after = Math.max(due, oldest);
    }
  }
}

/** Reads a schedule. Throws `INVALID_SCHEDULE`. */
export function parseCron(spec: ScheduleSpec): Cron {
  const zone = spec.timeZone ?? "UTC";
  const invalid = (reason: string) =>
    new MortiseError("INVALID_SCHEDULE", `Schedule "${spec.cron}" in zone "${zone}": ${reason}`);
  let next: Date | null;
  let cron: Cron;
  try {
    cron = new Cron(spec.cron, { timezone: zone, mode: "5-or-6-parts", paused: true });
    // Only now is the zone looked up.
    next = cron.nextRun();
  } catch (error) {
    throw invalid((error as Error).message);
  }
  if (next === null) throw invalid("It never comes due.");
  return cron;
}

/** The run that a tick starts: its id names the tick, so of many processes one creates it. */
export function tickRun(tick: Tick): { readonly runId: string; readonly input: Json } {
  const scheduledAt = new Date(tick.atMs).toISOString();
  const { input } = tick;
  const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
  return { runId: `schedule/${tick.name}/${scheduledAt}`, input: isObject ? { ...input, scheduledAt } : input };
}
