// Pins: fields that the contract takes away and that come out all the same.
import { expect, it } from "vitest";
import { closeAfter, LIST } from "./lists.ts";
import { type Answer, at, connect, contractOf, openVendor } from "./vendor.ts";

it("takes fields away from every item, and nothing else", async () => {
  const vendor = await openVendor(
    (): Answer => ({
      body: [
        { id: 1, name: "Ada", _links: { self: "/1" }, etag: "x" },
        { id: 2, name: "Alan" },
      ],
    }),
  );
  const contract = contractOf({
    list: {
      ...LIST,
      request: {
        method: "GET",
        url: at("/things"),
        output: { rows: { $map: [{ from: { $cel: "response.body" } }, { omit: { fields: ["_links", "etag"] } }] } },
      },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await runtime.call("vendor/list", { connection, input: {} })).toMatchObject({
    output: {
      rows: [
        { id: 1, name: "Ada" },
        { id: 2, name: "Alan" },
      ],
    },
  });
  const { output } = (await runtime.call("vendor/list", { connection, input: {} })) as { output: unknown };
  expect(JSON.stringify(output)).not.toMatch(/_links|etag/);
});
