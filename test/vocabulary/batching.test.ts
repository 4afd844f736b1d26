// Pins: a list longer than the vendor takes at once, chunks under one key, and failures in the middle that look like nothing was done.
import type { Json } from "@mortise/contract";
import { expect, it } from "vitest";
import { closeAfter } from "./lists.ts";
import { type Answer, at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const list = { type: "array", items: { type: "object" } } as const;
const contract = contractOf({
  importRows: {
    effect: "create",
    idempotency: { key: "header", name: "Idempotency-Key" },
    input: { type: "object", required: ["rows"], properties: { rows: list } },
    output: { type: "object", properties: { created: list } },
    request: { method: "POST", url: at("/rows"), body: { items: { $cel: "input.rows" } } },
    batch: { input: "/rows", max: 100, output: "/created" },
  },
});

const rows = (count: number): Json => Array.from({ length: count }, (_, n) => ({ n }));
const itemsIn = ({ body }: Seen): Json[] => JSON.parse(body.toString()).items;
const keysOf = (seen: readonly Seen[]) => seen.map(({ headers }) => headers["idempotency-key"]);

it("sends no more at once than the vendor takes, and gives the answers as one", async () => {
  const vendor = await openVendor((request) => ({ body: { created: itemsIn(request), took: 1 } }));
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  const request = { connection, input: { rows: rows(250) }, idempotencyKey: "order-1" };
  expect(await runtime.call("vendor/importRows", request)).toMatchObject({ output: { created: rows(250), took: 1 } });
  expect(vendor.seen.map((each) => itemsIn(each).length)).toEqual([100, 100, 50]);
  await runtime.call("vendor/importRows", request);
  const keys = keysOf(vendor.seen);
  expect(new Set(keys.slice(0, 3)).size).toBe(3);
  expect(keys.slice(3)).toEqual(keys.slice(0, 3));
});

it("says how many items are done where a chunk fails", async () => {
  const vendor = await openVendor(
    (request, count): Answer =>
      count === 2 ? { status: 400, body: { message: "row 130 is bad" } } : { body: { created: itemsIn(request) } },
  );
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await runtime.call("vendor/importRows", { connection, input: { rows: rows(250) } })).toMatchObject({
    outcome: "poison",
    error: { status: 400, detail: { items: 250, done: 100, failed: 100, notSent: 50 } },
  });
  expect(vendor.seen).toHaveLength(2);
});
