// Pins: a probe whose words do not reach the contract, so that a write whose answer got lost is nobody's to settle.
import { expect, it } from "vitest";
import { defineConnector, get, operation, post, t } from "../src/index.ts";

it("records what the probe asks and how its answer is read, from input, settings and output", () => {
  const findOrder = operation(
    { title: "Find", effect: "read", cache: {}, hedge: true, input: t.Object({ ref: t.String() }), output: t.Object({}) },
    get("/orders", { query: ($) => ({ ref: $.input.ref }) }),
  );
  const addOrder = operation(
    {
      title: "Add",
      effect: "create",
      settings: t.Object({ shop: t.String() }),
      input: t.Object({ ref: t.String() }),
      output: t.Object({ id: t.String() }),
      probe: {
        operation: "findOrder",
        with: ($) => ({ ref: $.input.ref, shop: $.settings.shop }),
        item: ($) => $.output.order,
        after: "2s",
      },
    },
    post("/orders", { body: ($) => ({ ref: $.input.ref }) }),
  );
  expect(addOrder.contract.probe).toEqual({
    operation: "findOrder",
    with: { ref: { $cel: "input.ref" }, shop: { $cel: "settings.shop" } },
    item: { $cel: "output.order" },
    after: "2s",
  });
  expect(findOrder.contract).toMatchObject({ cache: {}, hedge: true });
  const operations = { findOrder, addOrder };
  const settings = t.Object({ shop: t.String() });
  const own = { name: "shop", version: "1.0.0", title: "Shop", publisher: "acme", hosts: ["api.shop.example"], settings };
  expect(() => defineConnector({ ...own, operations })).not.toThrow();
});
