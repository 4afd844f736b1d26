// Pins: a cursor that is not taken out of the answer's body, or not put into the request's.
import { expect, it } from "vitest";
import { closeAfter, idsOf, itemsTo, LIST, pagesOf, readIds } from "./lists.ts";
import { type Answer, at, connect, contractOf, openVendor } from "./vendor.ts";

const items = itemsTo(5);

it("goes by the cursor in the answer's body and puts it into the next request's body, deep in it too", async () => {
  const vendor = await openVendor(({ body }) => {
    const { variables } = JSON.parse(body.toString());
    const start = Number(variables.after ?? 0);
    return { body: { rows: items.slice(start, start + 2), info: { end: String(start + 2), more: start + 2 < 5 } } };
  });
  const contract = contractOf({
    search: {
      ...LIST,
      request: {
        method: "POST",
        url: at("/graphql"),
        body: { query: "{ things }", variables: { name: { $cel: "input.name" }, after: null } },
      },
      pagination: {
        kind: "cursor",
        cursor: "/info/end",
        param: "/variables/after",
        in: "body",
        sizeParam: "/variables/first",
        size: 2,
        more: "/info/more",
      },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await readIds(runtime, connection, "search", { input: { name: "x" } })).toEqual([1, 2, 3, 4, 5]);
  expect(vendor.seen.map(({ body }) => JSON.parse(body.toString()).variables)).toEqual([
    { name: "x", after: null, first: 2 },
    { name: "x", after: "2", first: 2 },
    { name: "x", after: "4", first: 2 },
  ]);
  const [first] = await pagesOf(runtime, connection, "search", { input: { name: "x" } });
  const rest = await pagesOf(runtime, connection, "search", { input: { name: "x" }, cursor: first?.next ?? null });
  expect(rest.flatMap((page) => idsOf(page.items))).toEqual([3, 4, 5]);
});

it("goes by a cursor in a header", async () => {
  const vendor = await openVendor(({ headers }): Answer => {
    const start = Number(headers["x-after"] ?? 0);
    return { headers: start + 2 < 5 ? { "X-Next": String(start + 2) } : {}, body: { rows: items.slice(start, start + 2) } };
  });
  const contract = contractOf({
    list: {
      ...LIST,
      request: { method: "GET", url: at("/things") },
      pagination: { kind: "cursor", cursor: "X-Next", from: "header", param: "X-After", in: "headers" },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await readIds(runtime, connection, "list")).toEqual([1, 2, 3, 4, 5]);
  expect(vendor.seen.map(({ headers }) => headers["x-after"])).toEqual([undefined, "2", "4"]);
});
