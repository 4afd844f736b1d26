// Pins: an incremental read whose state is not plain JSON, moves on before its items were given, or is lost with the process.
import { expect, it } from "vitest";
import { closeAfter, idsOf, itemsTo, LIST, pagesOf, readIds } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

const contract = (ascending: boolean) =>
  contractOf({
    list: {
      ...LIST,
      request: { method: "GET", url: at("/events") },
      pagination: { kind: "page", param: "page", size: 2 },
      incremental: { cursor: "/seq", as: "number", param: "after", ascending },
    },
  });

async function events() {
  const items = itemsTo(5, (id) => ({ seq: id * 10 }));
  const vendor = await openVendor(({ query }) => {
    const found = items.filter(({ seq }) => seq >= Number(query.get("after")));
    const start = (Number(query.get("page")) - 1) * 2;
    return { body: { rows: found.slice(start, start + 2) } };
  });
  return { items, vendor };
}

it("goes on in another process from the state that the last read left, as text", async () => {
  const { items, vendor } = await events();
  const first = connect(contract(false), vendor);
  closeAfter(first.runtime);
  const result = await first.runtime.call("vendor/list", { connection: first.connection, input: {} });
  const stored = JSON.stringify(result.meta.state);
  items.push({ id: 6, seq: 60 });
  const second = connect(contract(false), vendor);
  closeAfter(second.runtime, vendor);
  expect(await readIds(second.runtime, second.connection, "list", { state: JSON.parse(stored) })).toEqual([6]);
});

it("keeps the state of the last page that was taken, where items come in order", async () => {
  const { vendor } = await events();
  const { runtime, connection } = connect(contract(true), vendor);
  closeAfter(runtime, vendor);
  const [first] = await pagesOf(runtime, connection, "list");
  expect(idsOf(first?.items ?? [])).toEqual([1, 2]);
  expect(await readIds(runtime, connection, "list", { state: first?.state ?? null })).toEqual([3, 4, 5]);
  const cut = await runtime.call("vendor/list", { connection, input: { limit: 3 } });
  expect(cut).toMatchObject({
    output: { rows: [{ id: 1 }, { id: 2 }, { id: 3 }] },
    meta: { truncated: true, state: { reach: 30 } },
  });
  expect(await readIds(runtime, connection, "list", { state: cut.meta.state ?? null })).toEqual([4, 5]);
});

it("keeps no state of a read that was cut short, where items come in any order", async () => {
  const { vendor } = await events();
  const { runtime, connection } = connect(contract(false), vendor);
  closeAfter(runtime, vendor);
  const cut = await runtime.call("vendor/list", { connection, input: { limit: 3 } });
  expect(cut.meta).not.toHaveProperty("state");
  const pages = await pagesOf(runtime, connection, "list");
  expect(pages.map(({ state }) => state === undefined)).toEqual([true, true, false]);
});
