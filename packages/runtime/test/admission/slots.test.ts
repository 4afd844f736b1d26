// Pins: a place that is lost, or given twice; a call that waits for ever; less urgent calls that leave no place for the urgent.
import { expect, it } from "vitest";
import { EventClock } from "../../../../test/chaos/event-clock.ts";
import { Slots, type SlotsOptions } from "../../src/admission/slots.ts";

const never = new AbortController().signal;

function slotsOf(more: Partial<SlotsOptions> = {}): { slots: Slots; clock: EventClock; shed: number[] } {
  const clock = new EventClock();
  const shed: number[] = [];
  const slots = new Slots({ clock, limit: 2, capacity: () => 10, shed: (rank) => shed.push(rank), ...more });
  return { slots, clock, shed };
}

const asking = (clock: EventClock, more: object = {}) =>
  ({ rank: 0, tenant: "t", what: "full", untilMs: clock.now() + 60_000, ...more }) as Parameters<Slots["wait"]>[0];
const ended = (wait: Promise<void>): Promise<string> =>
  wait.then(
    () => "in",
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
const run = (clock: EventClock, ms: number): Promise<void> => clock.runUntil(clock.now() + ms, () => true);

it("gives as many places as there are, and a place that comes back to who waits (S2)", async () => {
  const { slots, clock } = slotsOf();
  expect([slots.tryEnter(0, "t"), slots.tryEnter(0, "t"), slots.tryEnter(0, "t")]).toEqual([true, true, false]);
  const wait = ended(slots.wait(asking(clock), never));
  expect(slots.waiting).toBe(1);
  slots.leave("t");
  expect(await wait).toBe("in");
  expect([slots.inFlight, slots.waiting]).toEqual([2, 0]);
});

it("lets nobody overtake who waits (S3)", () => {
  const { slots, clock } = slotsOf({ limit: 1, perTenant: 1 });
  slots.tryEnter(0, "t");
  void ended(slots.wait(asking(clock), never));
  slots.setLimit(2);
  expect(slots.tryEnter(0, "t")).toBe(false);
});

it("turns a call away after a second, or when it would be too late for it", async () => {
  const { slots, clock, shed } = slotsOf({ limit: 1 });
  slots.tryEnter(0, "t");
  const long = ended(slots.wait(asking(clock), never));
  const late = ended(slots.wait(asking(clock, { rank: 1, untilMs: clock.now() + 100 }), never));
  await run(clock, 150);
  expect(await late).toBe("OVERLOADED");
  expect(slots.waiting).toBe(1);
  await run(clock, 900);
  expect(await long).toBe("OVERLOADED");
  expect(shed).toEqual([1, 0]);
});

it("turns the least urgent away where more wait than may, with a later moment to come back", async () => {
  const { slots, clock } = slotsOf({ limit: 1, capacity: () => 2 });
  slots.tryEnter(0, "t");
  const low = slots.wait(asking(clock, { rank: 3 }), never);
  const waits = [ended(low), ended(slots.wait(asking(clock), never)), ended(slots.wait(asking(clock), never))];
  await expect(low).rejects.toMatchObject({ code: "OVERLOADED", data: { retryAtMs: clock.now() + 10_000 } });
  slots.leave("t");
  slots.leave("t");
  expect(await Promise.all(waits)).toEqual(["OVERLOADED", "in", "in"]);
});

it("leaves the last places to the more urgent (S3)", () => {
  const { slots } = slotsOf({ limit: 20 });
  const places = ([3, 2, 1, 0] as const).map((rank) => {
    let count = 0;
    while (slots.tryEnter(rank, "t")) count++;
    return count;
  });
  expect(places).toEqual([16, 2, 1, 1]);
});

it("bounds the places of one tenant, and goes on with the others", async () => {
  const { slots, clock } = slotsOf({ limit: 3, perTenant: 1 });
  expect([slots.tryEnter(0, "a"), slots.tryEnter(0, "a"), slots.tryEnter(0, "b")]).toEqual([true, false, true]);
  const again = ended(slots.wait(asking(clock, { tenant: "a" }), never));
  const other = ended(slots.wait(asking(clock, { tenant: "c" }), never));
  expect(await other).toBe("in");
  slots.leave("a");
  expect(await again).toBe("in");
});

it("has a tenant with more than its part leave a place free for others, where there are others", () => {
  const { slots } = slotsOf({ limit: 10, leavesFree: 0.1 });
  const take = (tenant: string): number => {
    let count = 0;
    while (slots.tryEnter(0, tenant)) count++;
    return count;
  };
  expect(slots.tryEnter(0, "b")).toBe(true);
  expect([take("a"), take("b")]).toEqual([8, 1]);
  const { slots: alone } = slotsOf({ limit: 10, leavesFree: 0.1 });
  let count = 0;
  while (alone.tryEnter(0, "a")) count++;
  expect(count).toBe(10);
});

it("forgets a call whose caller has gone, and says why (S2)", async () => {
  const { slots, clock } = slotsOf({ limit: 1 });
  slots.tryEnter(0, "t");
  const stop = new AbortController();
  const wait = ended(slots.wait(asking(clock), stop.signal));
  stop.abort(new Error("gone"));
  expect(await wait).toBe("gone");
  slots.leave("t");
  expect([slots.inFlight, slots.waiting]).toEqual([0, 0]);
});

it("serves the newest once there has been too much to do for a while, and does not keep the old (S4)", async () => {
  const { slots, clock } = slotsOf({ limit: 1, patienceMs: () => 200 });
  slots.tryEnter(0, "t");
  const old = ended(slots.wait(asking(clock), never));
  await run(clock, 150);
  const fresh = ended(slots.wait(asking(clock), never));
  slots.leave("t");
  expect(await fresh).toBe("in");
  await run(clock, 100);
  expect(await old).toBe("OVERLOADED");
});
