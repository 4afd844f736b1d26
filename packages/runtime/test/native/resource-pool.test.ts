// Pins: a pool closed under a running call, opened twice, or kept for ever. Invariants R1 to R4.
import { expect, it } from "vitest";
import { ResourcePool } from "../../src/native/resource-pool.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("closes a resource when nobody has used it for a while, never during a use (R2)", async () => {
  const pool = new ResourcePool(30);
  const closed: string[] = [];
  const lease = pool.lease("a");
  await lease.get(
    "k",
    async () => "x",
    async (resource) => void closed.push(resource),
  );
  await pause(60);
  expect(closed).toEqual([]);
  lease.release();
  await pause(60);
  expect(closed).toEqual(["x"]);
});

it("opens once for concurrent callers and forgets a failed opening (R1)", async () => {
  const pool = new ResourcePool();
  let opened = 0;
  const opening = async () => {
    opened++;
    if (opened === 1) throw new Error("refused");
    return opened;
  };
  const lease = pool.lease("a");
  const get = () => lease.get("k", opening, async () => undefined);
  await expect(Promise.all([get(), get()])).rejects.toThrow("refused");
  expect(await Promise.all([get(), get()])).toEqual([2, 2]);
  await pool.close();
});
