// Pins: a search by POST that is treated as a write: not repeated, not paged, not cached.
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor } from "./vendor.ts";

const rows = Array.from({ length: 5 }, (_, id) => ({ id }));

const contract = contractOf({
  search: {
    effect: "read",
    input: { type: "object", properties: { text: { type: "string" } } },
    output: { type: "object", properties: { data: { type: "object", properties: { items: { type: "array" } } } } },
    request: {
      method: "POST",
      url: at("/graphql"),
      body: { query: "query($q: String) { items(q: $q) { id } }", variables: { q: { $cel: "input.?text.orValue(null)" } } },
    },
    outcomes: [{ when: { status: "2xx", cel: "has(body.errors)" }, as: "rejected", messageFrom: "/errors/0/message" }],
    pagination: { kind: "cursor", cursor: "/data/next", param: "after", in: "body" },
    stream: { items: "/data/items", resume: "cursor" },
  },
});

test("a search by POST sends its query as JSON, reads all pages, and is repeated after a passing fault", async () => {
  const vendor = await openVendor(({ body }, count): Answer => {
    if (count === 2) return { status: 503, body: {} };
    const { after = 0 } = JSON.parse(String(body)) as { after?: number };
    const items = rows.slice(after, after + 2);
    return { body: { data: { items, next: after + 2 < rows.length ? after + 2 : null } } };
  });
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contract, vendor, { random: () => 0 });
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/search", { connection, input: { text: 'a"}' } });
  expect(result).toMatchObject({ outcome: "success", output: { data: { items: rows } } });
  expect(vendor.seen.map(({ method }) => method)).toEqual(["POST", "POST", "POST", "POST"]);
  expect(vendor.seen.map(({ body }) => (JSON.parse(String(body)) as { after?: number }).after)).toEqual([undefined, 2, 2, 4]);
  expect(JSON.parse(String(vendor.seen[0]?.body))).toMatchObject({ variables: { q: 'a"}' } });
});

test("an error inside of a 200 is an error", async () => {
  const vendor = await openVendor(() => ({ body: { errors: [{ message: "Unknown field id" }] } }));
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contract, vendor);
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/search", { connection, input: {} });
  expect(result).toMatchObject({ outcome: "poison", error: { message: expect.stringContaining("Unknown field id") } });
});
