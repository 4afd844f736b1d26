// Pins: fields that the vendor does not have and the contract works out of what it has.
import { expect, it } from "vitest";
import { closeAfter, LIST } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

it("adds to every item what is worked out from it, from the input and from the settings", async () => {
  const vendor = await openVendor(() => ({ body: { rows: [{ id: 7, first: "Ada", last: "Lovelace", cents: 1999 }] } }));
  const fields = {
    name: { $text: "${row.first} ${row.last}" },
    price: { $cel: "row.cents / 100" },
    url: { $text: "${settings.baseUrl}/people/${row.id}" },
    askedBy: { $cel: "input.who" },
  };
  const contract = contractOf({
    list: {
      ...LIST,
      request: {
        method: "GET",
        url: at("/people"),
        output: { rows: { $map: [{ from: { $cel: "response.body.rows" } }, { set: { fields } }] } },
      },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await runtime.call("vendor/list", { connection, input: { who: "me" } })).toMatchObject({
    output: { rows: [{ id: 7, name: "Ada Lovelace", price: 19.99, url: `${vendor.origin}/people/7`, askedBy: "me" }] },
  });
});
