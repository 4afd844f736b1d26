// Pins: a tenant with a long queue that is served more often than one with a short one; people who wait behind backfills; a queue that keeps
// who will never be served.
import { expect, it } from "vitest";
import { type Choice, FairQueue, type Waiter } from "../../src/admission/fair-queue.ts";
import type { Rank } from "../../src/admission/priority.ts";

const CHOICE: Choice = {
  nowMs: 0,
  patienceMs: () => 1_000,
  newestFirst: false,
  hasRoom: () => true,
  mayHave: () => true,
};

function waiter(name: string, rank: Rank = 0, more: Partial<Waiter> = {}): Waiter & { readonly name: string; because?: string } {
  const made: Waiter & { readonly name: string; because?: string } = {
    name,
    rank,
    tenant: name.slice(0, 1),
    sinceMs: 0,
    untilMs: 1_000,
    isGone: false,
    grant: () => undefined,
    refuse: (because) => {
      made.because = because;
    },
    ...more,
  };
  return made;
}

const drain = (queue: FairQueue, choice: Choice = CHOICE): string[] => {
  const names: string[] = [];
  for (let next = queue.take(choice); next !== undefined; next = queue.take(choice))
    names.push((next as ReturnType<typeof waiter>).name);
  return names;
};

it("gives every tenant its turn, however many calls it has waiting (Q2)", () => {
  const queue = new FairQueue();
  for (const name of ["a1", "a2", "a3", "a4", "b1", "c1", "c2"]) queue.push(waiter(name));
  expect(drain(queue)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3", "a4"]);
  expect(queue.size).toBe(0);
});

it("gives a tenant of twice the weight twice as many, and one of half the weight half as many (Q2)", () => {
  const queue = new FairQueue((tenant) => ({ a: 2, c: 0.5 })[tenant] ?? 1);
  for (let each = 0; each < 8; each++) for (const tenant of ["a", "b", "c"]) queue.push(waiter(`${tenant}${each}`));
  const first = drain(queue).slice(0, 7);
  expect(["a", "b", "c"].map((tenant) => first.filter((name) => name.startsWith(tenant)).length)).toEqual([4, 2, 1]);
});

it("serves the urgent first, and the less urgent where there is no room for more of them (Q1)", () => {
  const queue = new FairQueue();
  queue.push(waiter("d1", 3));
  queue.push(waiter("b1", 1));
  queue.push(waiter("a1", 0));
  expect(drain(queue, { ...CHOICE, hasRoom: (rank) => rank < 3 })).toEqual(["a1", "b1"]);
  expect(drain(queue)).toEqual(["d1"]);
});

it("takes the newest of a tenant first where it is asked to (Q4)", () => {
  const queue = new FairQueue();
  for (const name of ["a1", "a2", "b1", "b2"]) queue.push(waiter(name));
  expect(drain(queue, { ...CHOICE, newestFirst: true })).toEqual(["a2", "b2", "a1", "b1"]);
});

it("passes over a tenant that may have no more, without its losing its turn", () => {
  const queue = new FairQueue();
  for (const name of ["a1", "b1", "b2"]) queue.push(waiter(name));
  expect(drain(queue, { ...CHOICE, mayHave: (tenant) => tenant !== "a" })).toEqual(["b1", "b2"]);
  expect(drain(queue)).toEqual(["a1"]);
});

it("turns away who has expired before anybody else is looked at, by time, patience or deadline", () => {
  const queue = new FairQueue();
  const late = waiter("a1", 0, { sinceMs: -2_000, untilMs: 5_000 });
  const over = waiter("b1", 0, { untilMs: 50 });
  queue.push(late);
  queue.push(over);
  queue.push(waiter("c1"));
  expect(drain(queue, { ...CHOICE, nowMs: 100 })).toEqual(["c1"]);
  expect([late.because, over.because]).toEqual(["expired", "expired"]);
});

it("lets the oldest of the tenant with the most waiting go, of the least urgent rank (Q3)", () => {
  const queue = new FairQueue();
  const all = [waiter("a1", 0), waiter("a2", 0), waiter("b1", 2), waiter("c1", 2), waiter("c2", 2)];
  for (const each of all) queue.push(each);
  for (let each = 0; each < 4; each++) queue.displace();
  expect(all.map(({ because }) => because)).toEqual(["displaced", undefined, "displaced", "displaced", "displaced"]);
  expect(queue.size).toBe(1);
});

it("keeps nothing of those who have gone", () => {
  const queue = new FairQueue();
  const gone = waiter("a1");
  queue.push(gone);
  queue.leave(gone);
  queue.leave(gone);
  expect([queue.size, drain(queue)]).toEqual([0, []]);
});
