// Pins: invariant B2 between parties: a tenant that gets a larger part of a budget because more of its calls wait, or that waits
// although it stays within its share; a line that remembers everybody for ever.
import { expect, it } from "vitest";
import { FairLine, type Waiting } from "../../src/budget/fair-line.ts";
import { LocalBank } from "../../src/budget/local-bank.ts";
import { PermitPool } from "../../src/budget/permit-pool.ts";
import { jumpingClock } from "./jumping-clock.ts";

interface Tenant {
  readonly name: string;
  readonly callers: number;
  readonly weight?: number;
}

/** Calls that each tenant got through in so many windows of a budget of 30 a second, each caller calling again at once. */
async function callsOf(tenants: readonly Tenant[], windows: number): Promise<readonly number[]> {
  const clock = jumpingClock();
  const pool = new PermitPool(30, 1_000, clock, new LocalBank(30));
  const end = clock.time() + windows * 1_001;
  const over = new AbortController();
  const counts = new Map(tenants.map(({ name }) => [name, 0]));
  const caller = async ({ name: party, weight = 1 }: Tenant): Promise<void> => {
    while (clock.time() < end) {
      const permit = await pool.take({ signal: over.signal, party, weight });
      permit.release();
      if (clock.time() < end) counts.set(party, (counts.get(party) ?? 0) + 1);
      else over.abort(new Error("the time is up"));
    }
  };
  const all = tenants.flatMap((tenant) => Array.from({ length: tenant.callers }, () => caller(tenant).catch(() => undefined)));
  await Promise.all(all);
  return [...counts.values()];
}

/** Jain's fairness index: 1 where all have the same, 1/n where one has all. */
const jain = (shares: readonly number[]): number =>
  shares.reduce((sum, share) => sum + share, 0) ** 2 / (shares.length * shares.reduce((sum, share) => sum + share ** 2, 0));

it("a tenant with fifty times the calls leaves the others their share (B2)", async () => {
  const others = Array.from({ length: 9 }, (_, at) => ({ name: `tenant-${at}`, callers: 5 }));
  const counts = await callsOf([{ name: "greedy", callers: 250 }, ...others], 20);
  console.log(`calls of the greedy tenant and the nine others: ${counts.join(", ")}; Jain ${jain(counts).toFixed(4)}`);
  expect(jain(counts)).toBeGreaterThanOrEqual(0.95);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

it("tenants that stay within their share wait for no more than a window, whatever is in line before them (B2)", async () => {
  const clock = jumpingClock();
  const pool = new PermitPool(30, 1_000, clock, new LocalBank(30));
  const over = new AbortController();
  const greedy = Array.from({ length: 300 }, async () => {
    for (;;) (await pool.take({ signal: over.signal, party: "greedy" })).release();
  });
  const waits: number[] = [];
  const small = Array.from({ length: 4 }, async (_, at) => {
    for (let round = 0; round < 10; round++) {
      const askedAt = clock.time();
      const permits = await Promise.all(
        Array.from({ length: 5 }, () => pool.take({ signal: over.signal, party: `small-${at}` })),
      );
      waits.push(clock.time() - askedAt);
      for (const permit of permits) permit.release();
    }
  });
  await Promise.all(small);
  over.abort(new Error("the test is over"));
  await Promise.allSettled(greedy);
  console.log(`longest wait of a tenant within its share: ${Math.max(...waits)} ms of a window of 1000 ms`);
  expect(waits).toHaveLength(40);
  expect(Math.max(...waits)).toBeLessThanOrEqual(1_001);
});

it("permits are shared by weight (B2)", async () => {
  const [large = 0, small = 0] = await callsOf(
    [
      { name: "large", callers: 60, weight: 4 },
      { name: "small", callers: 60 },
    ],
    20,
  );
  expect(large / small).toBeGreaterThan(3.8);
  expect(large / small).toBeLessThan(4.2);
});

it("permits are counted, not calls", () => {
  const line = new FairLine<Waiting & { readonly name: string }>();
  for (let at = 0; at < 12; at++) {
    line.join({ name: "dear", party: "a", weight: 1, cost: 5 });
    line.join({ name: "cheap", party: "b", weight: 1, cost: 1 });
  }
  const served: string[] = [];
  for (let next = line.next(); served.length < 12 && next !== undefined; next = line.next()) {
    line.serve(next, next.cost);
    served.push(next.name);
  }
  expect(served.filter((name) => name === "cheap")).toHaveLength(10);
});

it("remembers a tenant that comes back, and no more of them than are needed", () => {
  const line = new FairLine<Waiting>();
  const patient = { party: "patient", weight: 1, cost: 1 };
  line.join(patient);
  line.join({ party: "patient", weight: 1, cost: 1 });
  line.serve(patient, 1);
  for (let at = 0; at < 30_000; at++) {
    const one = { party: `tenant-${at}`, weight: 1, cost: 1 };
    line.join(one);
    line.serve(one, 1);
  }
  expect(line.remembered).toBeLessThanOrEqual(10_001);
  const back = { party: "tenant-29999", weight: 1, cost: 1 };
  line.join(back);
  expect(line.next()).not.toBe(back);
  expect(line.leave(back)).toBe(true);
  expect(line.leave(back)).toBe(false);
  expect([line.size, line.wanted]).toEqual([1, 1]);
});
