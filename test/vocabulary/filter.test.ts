// Pins: items that the contract leaves out, and a list that is taken to be over because of it.
import { expect, it } from "vitest";
import { closeAfter, itemsTo, LIST, readIds } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

it("leaves out what does not fit, and reads on after a page of which nothing is left", async () => {
  const items = itemsTo(7, (id) => ({ state: id < 5 ? "closed" : "open" }));
  const vendor = await openVendor(({ query }) => {
    const start = (Number(query.get("page")) - 1) * 2;
    return { body: { data: items.slice(start, start + 2) } };
  });
  const contract = contractOf({
    list: {
      ...LIST,
      request: {
        method: "GET",
        url: at("/things"),
        output: {
          rows: { $map: [{ from: { $cel: "response.body.data" } }, { filter: { where: { $cel: "row.state == input.state" } } }] },
        },
      },
      pagination: { kind: "page", param: "page", size: 2, list: "/data" },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await readIds(runtime, connection, "list", { input: { state: "open" } })).toEqual([5, 6, 7]);
  expect(vendor.seen).toHaveLength(4);
});
