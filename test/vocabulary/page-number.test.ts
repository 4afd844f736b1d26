// Pins: pages by number asked for from the wrong start, or a list that ends too early.
import { expect, it } from "vitest";
import { closeAfter, itemsTo, LIST, pagesOf, readIds, targets } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

const items = itemsTo(7);

it("reads pages by number, from the first the vendor counts to the one that is short", async () => {
  const vendor = await openVendor(({ query }) => {
    const start = Number(query.get("page")) * Number(query.get("per_page"));
    return { body: { rows: items.slice(start, start + Number(query.get("per_page"))) } };
  });
  const contract = contractOf({
    list: {
      ...LIST,
      request: { method: "GET", url: at("/things") },
      pagination: { kind: "page", param: "page", first: 0, sizeParam: "per_page", size: 3 },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await readIds(runtime, connection, "list")).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(targets(vendor.seen)).toEqual(["/things?page=0&per_page=3", "/things?page=1&per_page=3", "/things?page=2&per_page=3"]);
  const pages = await pagesOf(runtime, connection, "list");
  expect(pages.map(({ next }) => next)).toEqual([1, 2, null]);
});

it("ends with the number of pages that the vendor tells", async () => {
  const vendor = await openVendor(({ query }) => {
    const page = Number(query.get("page"));
    return { body: { rows: items.slice((page - 1) * 2, page * 2), pages: 2 } };
  });
  const contract = contractOf({
    list: {
      ...LIST,
      request: { method: "GET", url: at("/things") },
      pagination: { kind: "page", param: "page", total: "/pages" },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await readIds(runtime, connection, "list")).toEqual([1, 2, 3, 4]);
  expect(targets(vendor.seen)).toEqual(["/things?page=1", "/things?page=2"]);
});
