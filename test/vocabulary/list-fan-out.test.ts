// Pins: one request where the vendor needs one for every value of a list.
import { expect, it } from "vitest";
import { closeAfter, itemsTo, LIST, readIds, targets } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

it("reads one list for every value that the input or the settings give", async () => {
  const vendor = await openVendor(({ query }) => ({
    body: { rows: itemsTo(2, (id) => ({ key: `${query.get("region")}${id}` })) },
  }));
  const contract = contractOf({
    list: {
      ...LIST,
      input: { type: "object", properties: { regions: { type: "array", items: { type: "string" } } } },
      request: {
        method: "GET",
        url: at("/things"),
        query: { region: { $cel: "partition" } },
        output: { rows: { $cel: "response.body.rows.map(r, {'id': r.key})" } },
      },
      partition: { over: { $cel: "input.regions" } },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await readIds(runtime, connection, "list", { input: { regions: ["eu", "us"] } })).toEqual(["eu1", "eu2", "us1", "us2"]);
  expect(targets(vendor.seen)).toEqual(["/things?region=eu", "/things?region=us"]);
});
