// Pins when a schedule is due: never early, never twice, in its own zone through the change of the clocks, and not a thousand
// times after the machine slept.
import { expect, it } from "vitest";
import { CronTicks, LATE_MS, type Tick, tickRun } from "../../src/schedule/cron-ticks.ts";

/** A clock that jumps to the end of every sleep, until the given moment. */
function jumpingClock(start: string, end: string) {
  let now = Date.parse(start);
  const stopAt = Date.parse(end);
  const finished = Promise.withResolvers<void>();
  return {
    finished: finished.promise,
    jump: (ms: number) => {
      now += ms;
    },
    clock: {
      now: () => now,
      sleep: async (ms: number, signal?: AbortSignal) => {
        signal?.throwIfAborted();
        if (now + ms > stopAt) {
          finished.resolve();
          return await new Promise<void>(() => {});
        }
        now += ms;
      },
    },
  };
}

async function ticksOf(cron: string, timeZone: string | undefined, from: string, to: string): Promise<string[]> {
  const { clock, finished } = jumpingClock(from, to);
  const seen: string[] = [];
  const ticks = new CronTicks(clock, async ({ atMs }) => void seen.push(new Date(atMs).toISOString()));
  ticks.set("s", { cron, timeZone, input: null });
  await finished;
  ticks.stop();
  return seen;
}

it("counts in UTC unless told otherwise", async () => {
  expect(await ticksOf("30 6 * * *", undefined, "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z")).toEqual([
    "2026-03-01T06:30:00.000Z",
    "2026-03-02T06:30:00.000Z",
  ]);
});

it("follows its zone through the change to summer time", async () => {
  expect(await ticksOf("0 8 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z")).toEqual([
    "2026-03-28T07:00:00.000Z",
    "2026-03-29T06:00:00.000Z",
    "2026-03-30T06:00:00.000Z",
  ]);
});

it("runs once in the hour that comes twice", async () => {
  const ticks = await ticksOf("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z");
  expect(ticks).toHaveLength(1);
});

it("skips what is long past and goes on with what is next", async () => {
  const { clock, finished, jump } = jumpingClock("2026-01-01T00:00:00Z", "2026-01-01T03:02:30Z");
  const seen: string[] = [];
  const ticks = new CronTicks(clock, async ({ atMs }) => {
    seen.push(new Date(atMs).toISOString().slice(11, 16));
    if (seen.length === 2) jump(3 * 3_600_000 - 2 * 60_000);
  });
  ticks.set("s", { cron: "* * * * *", input: null });
  await finished;
  ticks.stop();
  expect(seen[0]).toBe("00:01");
  expect(seen.slice(2)).toEqual(["03:00", "03:01", "03:02"]);
  expect(LATE_MS).toBe(60_000);
});

it("names the run by the tick and tells the run which it is", () => {
  const tick: Tick = { name: "daily", atMs: Date.parse("2026-01-01T06:00:00Z"), input: { a: 1 } };
  expect(tickRun(tick)).toEqual({
    runId: "schedule/daily/2026-01-01T06:00:00.000Z",
    input: { a: 1, scheduledAt: "2026-01-01T06:00:00.000Z" },
  });
});

it("refuses a schedule or a zone that nobody can read", () => {
  const ticks = new CronTicks({ now: () => 0, sleep: async () => {} }, async () => {});
  for (const spec of [
    { cron: "often", input: null },
    { cron: "0 0 30 2 *", input: null },
    { cron: "0 0 * * *", timeZone: "Mars/Base", input: null },
  ])
    expect(() => ticks.set("s", spec)).toThrow(expect.objectContaining({ code: "INVALID_SCHEDULE" }));
  expect(ticks.names()).toEqual([]);
});
