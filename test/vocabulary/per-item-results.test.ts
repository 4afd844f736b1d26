// Pins: an answer in which single items failed that counts as a whole success, or as a whole failure.
import type { CallResult, Json, Operation } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

const bulk: Partial<Operation> = {
  effect: "create",
  idempotency: "natural",
  input: { type: "object", properties: { rows: { type: "array" } } },
  request: { method: "POST", url: at("/bulk"), body: { rows: { $cel: "input.rows" } } },
  output: { type: "object", properties: { items: { type: "array" } } },
  itemOutcomes: {
    items: "/items",
    rules: [
      { when: { cel: "item.status == 429" }, as: "throttled", message: "later" },
      { when: { cel: "item.status == 401" }, as: "credential" },
      { when: { status: 207, cel: "item.status >= 400" }, as: "rejected", messageFrom: "/error/reason" },
    ],
  },
};

async function send(answer: Json, status = 207, operation = bulk, rows: Json = []): Promise<CallResult> {
  const vendor = await openVendor(() => ({ status, body: answer }));
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contractOf({ bulk: operation }), vendor);
  onTestFinished(() => runtime.close());
  return runtime.call("vendor/bulk", { connection, input: { rows } });
}

const refused = (reason: string) => ({ status: 409, error: { reason } });

test("some failed: a success that lists them, with their place, class and message, and keeps the items", async () => {
  const items = [{ status: 201 }, refused("name is taken"), { status: 201 }, { status: 429 }];
  expect(await send({ items })).toMatchObject({
    outcome: "success",
    output: { items },
    meta: {
      itemFailureCount: 2,
      itemFailures: [
        { index: 1, outcome: "poison", code: "CALL_REJECTED", message: "name is taken" },
        { index: 3, outcome: "sick", code: "THROTTLED", message: "later" },
      ],
    },
  });
});

test("none failed, or there are no items: a plain success", async () => {
  for (const items of [[{ status: 201 }], []]) {
    const { outcome, meta } = await send({ items });
    expect({ outcome, meta }).toMatchObject({ outcome: "success" });
    expect(meta).not.toHaveProperty("itemFailures");
  }
  expect((await send({ items: [refused("not a 207")] }, 200)).meta).not.toHaveProperty("itemFailures");
});

test("all failed: the call fails as the worst of them", async () => {
  expect(await send({ items: [refused("a"), { status: 429 }] })).toMatchObject({
    outcome: "poison",
    error: { code: "CALL_REJECTED", status: 207, detail: { items: 2, failures: [{ index: 0, message: "a" }, { index: 1 }] } },
  });
  expect(await send({ items: [{ status: 429 }, { status: 429 }] })).toMatchObject({
    outcome: "sick",
    error: { code: "THROTTLED" },
  });
  expect(await send({ items: [refused("a"), { status: 401 }] })).toMatchObject({
    outcome: "fault",
    error: { code: "AUTH_FAILED" },
  });
});

test("of very many failures the first 1,000 are listed and all are counted", async () => {
  const items = [{ status: 201 }, ...Array.from({ length: 1_500 }, (_, index) => refused(`no ${index}`))];
  const { meta } = await send({ items });
  expect(meta.itemFailureCount).toBe(1_500);
  expect(meta.itemFailures).toHaveLength(1_000);
  expect(meta.itemFailures?.at(-1)).toMatchObject({ index: 1_000, message: "no 999" });
});

test("a list sent in several requests is judged as one: places count through all of them", async () => {
  const batched: Partial<Operation> = { ...bulk, batch: { input: "/rows", max: 2, output: "/items" } };
  const vendor = await openVendor(({ body }) => {
    const { rows } = JSON.parse(body.toString()) as { readonly rows: readonly number[] };
    return { status: 207, body: { items: rows.map((row) => (row % 2 === 0 ? { status: 201 } : refused(`row ${row}`))) } };
  });
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contractOf({ bulk: batched }), vendor);
  onTestFinished(() => runtime.close());
  const { meta } = await runtime.call("vendor/bulk", { connection, input: { rows: [0, 1, 2, 3, 5] } });
  expect(vendor.seen).toHaveLength(3);
  expect(meta.itemFailures).toMatchObject([
    { index: 1, message: "row 1" },
    { index: 3, message: "row 3" },
    { index: 4, message: "row 5" },
  ]);
});
