// Pins: a list whose next page is asked for by the last item that was read.
import { expect, it } from "vitest";
import { closeAfter, itemsTo, LIST, readIds, targets } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

it("goes on after the last item, also where `output` leaves that one out", async () => {
  const items = itemsTo(5, (id) => ({ key: `k${id}`, hidden: id === 2 }));
  const vendor = await openVendor(({ query }) => {
    const after = items.findIndex(({ key }) => key === query.get("starting_after")) + 1;
    return { body: { rows: items.slice(after, after + 2), has_more: after + 2 < 5 } };
  });
  const contract = contractOf({
    list: {
      ...LIST,
      request: {
        method: "GET",
        url: at("/things"),
        output: { rows: { $map: [{ from: { $cel: "response.body.rows" } }, { filter: { where: { $cel: "!row.hidden" } } }] } },
      },
      pagination: { kind: "cursor", cursor: "/key", from: "lastItem", param: "starting_after", more: "/has_more" },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await readIds(runtime, connection, "list")).toEqual([1, 3, 4, 5]);
  expect(targets(vendor.seen)).toEqual(["/things", "/things?starting_after=k2", "/things?starting_after=k4"]);
});
