// Pins: a trigger that is polled and gives an event twice, never, or the whole past at the start.
import type { Json } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

test("a trigger reads its source from where it was, page by page, and gives each event once", async () => {
  const tickets = [
    { id: 1, updated: "2026-01-01T10:00:00Z", state: "open" },
    { id: 2, updated: "2026-01-01T11:00:00Z", state: "open" },
  ];
  const vendor = await openVendor(({ query }) => {
    const since = query.get("since") ?? "";
    const rest = tickets.filter(({ updated }) => updated >= since);
    const page = Number(query.get("page") ?? "1");
    return { body: { tickets: rest.slice(page - 1, page), pages: rest.length } };
  });
  onTestFinished(vendor.close);
  const contract = contractOf(
    {
      listTickets: {
        input: { type: "object", properties: { queue: { type: "string" } } },
        output: { type: "object", properties: { tickets: { type: "array", items: { type: "object" } } } },
        identity: ["/id", "/updated"],
        request: { method: "GET", url: at("/tickets"), query: { queue: { $cel: "input.?queue.orValue(null)" } } },
        pagination: { kind: "page", param: "page", total: "/pages" },
        stream: { items: "/tickets", resume: "cursor" },
        incremental: { cursor: "/updated", as: "date-time", param: "since" },
      },
    },
    {
      triggers: {
        ticketChanged: {
          kind: "poll",
          title: "A ticket has changed",
          scopes: [],
          input: { type: "object", required: ["queue"], properties: { queue: { type: "string" } } },
          output: {
            type: "object",
            required: ["ticket", "at"],
            properties: { ticket: { type: "integer" }, at: { type: "string", format: "date-time" } },
          },
          identity: ["/ticket", "/at"],
          source: { operation: "listTickets", with: { queue: { $cel: "input.queue" } } },
          every: "1m",
          firstRun: "skip",
          event: { ticket: { $cel: "item.id" }, at: { $cel: "item.updated" } },
          examples: [{ input: { queue: "sales" }, output: { ticket: 1, at: "2026-01-01T10:00:00Z" } }],
        },
      },
    },
  );
  const { runtime, connection } = connect(contract, vendor);
  onTestFinished(() => runtime.close());
  const poll = (state: Json) => runtime.poll("vendor/ticketChanged", { connection, input: { queue: "sales" }, state });

  const first = await poll(null);
  expect(first.events).toEqual([]);
  tickets.push({ id: 1, updated: "2026-01-01T12:00:00Z", state: "closed" });
  const second = await poll(JSON.parse(JSON.stringify(first.state)) as Json);
  expect(second.events).toEqual([{ ticket: 1, at: "2026-01-01T12:00:00Z" }]);
  expect((await poll(second.state)).events).toEqual([]);
  expect(vendor.seen.map(({ query }) => [query.get("queue"), query.get("since"), query.get("page")])).toEqual([
    ["sales", null, "1"],
    ["sales", null, "2"],
    ["sales", "2026-01-01T11:00:00Z", "1"],
    ["sales", "2026-01-01T11:00:00Z", "2"],
    ["sales", "2026-01-01T12:00:00Z", "1"],
  ]);
});
