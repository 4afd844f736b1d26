// Pins: an incremental read by date that gives something twice, leaves something out, or writes the date in a form the vendor does not read.
import { expect, it } from "vitest";
import { closeAfter, itemsTo, LIST, readIds } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

const minute = (count: number): string => new Date(Date.UTC(2026, 0, 31, 12, count)).toISOString();

it("asks for what changed since the last read, from a start on, and drops what it gave already", async () => {
  const items = itemsTo(3, (id) => ({ updated: minute(id) }));
  const vendor = await openVendor(({ query }) => {
    const since = Number(query.get("updated_after")) * 1_000;
    return { body: { rows: items.filter(({ updated }) => Date.parse(updated) >= since) } };
  });
  const contract = contractOf({
    list: {
      ...LIST,
      input: { type: "object", properties: { from: { type: "string", format: "date-time" } } },
      request: { method: "GET", url: at("/things") },
      incremental: {
        cursor: "/updated",
        as: "date-time",
        param: "updated_after",
        format: "epoch_s",
        start: { $cel: "input.from" },
        lookback: "1m",
      },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  const input = { from: minute(2) };
  const first = await runtime.call("vendor/list", { connection, input });
  expect(first).toMatchObject({ output: { rows: [{ id: 2 }, { id: 3 }] }, meta: { state: { reach: minute(3) } } });
  items.push({ id: 4, updated: minute(3) }, { id: 5, updated: minute(9) });
  expect(await readIds(runtime, connection, "list", { input, state: first.meta.state ?? null })).toEqual([4, 5]);
  const seconds = [minute(2), minute(2)].map((time) => String(Date.parse(time) / 1_000));
  expect(vendor.seen.map(({ query }) => query.get("updated_after"))).toEqual(seconds);
});
