// Pins: items skipped or read twice where a vendor gives fewer than were asked for; a total that is not heeded.
import { expect, it } from "vitest";
import { closeAfter, itemsTo, LIST, readIds, targets } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

it("counts on by what came, until the total that the vendor tells", async () => {
  const items = itemsTo(6);
  const vendor = await openVendor(({ query }) => {
    const start = Number(query.get("offset"));
    return { body: { rows: items.slice(start, start + 2), total: 6 } };
  });
  const contract = contractOf({
    list: {
      ...LIST,
      request: { method: "GET", url: at("/things"), query: { sort: "id" } },
      pagination: { kind: "offset", param: "offset", sizeParam: "limit", size: 100, total: "/total" },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await readIds(runtime, connection, "list")).toEqual([1, 2, 3, 4, 5, 6]);
  expect(targets(vendor.seen)).toEqual([0, 2, 4].map((offset) => `/things?sort=id&offset=${offset}&limit=100`));
});
