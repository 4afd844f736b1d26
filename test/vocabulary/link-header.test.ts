// Pins: `rel="next"` that is not found among other links, or followed beyond the last page (RFC 8288).
import { expect, it } from "vitest";
import { closeAfter, itemsTo, LIST, readIds, targets } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

it("follows the next link of the Link header to its end", async () => {
  const items = itemsTo(5);
  const vendor = await openVendor(({ query }) => {
    const page = Number(query.get("page") ?? 1);
    const next = page < 3 ? `<?page=${page + 1}>; title="a, b"; rel="next", ` : "";
    return {
      headers: { link: `<?page=1>; rel="first", ${next}<?page=3>; rel=last` },
      body: { rows: items.slice((page - 1) * 2, page * 2) },
    };
  });
  const contract = contractOf({
    list: { ...LIST, request: { method: "GET", url: at("/things") }, pagination: { kind: "link" } },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await readIds(runtime, connection, "list")).toEqual([1, 2, 3, 4, 5]);
  expect(targets(vendor.seen)).toEqual(["/things", "/things?page=2", "/things?page=3"]);
});
