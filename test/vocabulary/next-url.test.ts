// Pins: a next page's URL that is not followed, or is followed to another place with the credential.
import { expect, it } from "vitest";
import { closeAfter, itemsTo, LIST, readIds, targets } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

const contract = contractOf({
  list: {
    ...LIST,
    request: { method: "GET", url: at("/things"), query: { q: "a b" } },
    pagination: { kind: "nextUrl", url: "/links/next" },
  },
});

it("follows the URL that the body names, absolute or relative, as it is", async () => {
  const items = itemsTo(5);
  const vendor = await openVendor(({ query, headers }, count) => {
    const start = Number(query.get("s") ?? 0);
    const path = `/things?q=a+b&s=${start + 2}`;
    const next = count === 1 ? `http://${headers.host}${path}` : start + 2 < 5 ? path : null;
    return { body: { rows: items.slice(start, start + 2), links: { next } } };
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await readIds(runtime, connection, "list")).toEqual([1, 2, 3, 4, 5]);
  expect(targets(vendor.seen).slice(1)).toEqual(["/things?q=a+b&s=2", "/things?q=a+b&s=4"]);
});

it("does not follow it to another origin", async () => {
  const vendor = await openVendor(() => ({ body: { rows: [], links: { next: "http://127.0.0.1:9/things" } } }));
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  expect(await runtime.call("vendor/list", { connection, input: {} })).toMatchObject({
    outcome: "fault",
    error: { code: "EGRESS_DENIED" },
  });
});
