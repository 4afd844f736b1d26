// Pins: a long time asked for at once, or windows with a gap or an overlap that shows.
import { expect, it } from "vitest";
import { virtualClock } from "../../packages/runtime/test/virtual-clock.ts";
import { closeAfter, idsOf, itemsTo, LIST, pagesOf, targets } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

it("reads a long time in windows up to now, page by page, and starts the next read with the last window", async () => {
  const items = itemsTo(30, (id) => ({ day: new Date(Date.UTC(2026, 0, id)).toISOString().slice(0, 10) }));
  const vendor = await openVendor(({ query }) => {
    const found = items.filter(({ day }) => day >= (query.get("from") ?? "") && day <= (query.get("to") ?? ""));
    const start = Number(query.get("skip"));
    return { body: { rows: found.slice(start, start + 10) } };
  });
  const contract = contractOf({
    list: {
      ...LIST,
      request: { method: "GET", url: at("/report") },
      pagination: { kind: "offset", param: "skip", size: 10 },
      incremental: { cursor: "/day", as: "date", param: "from", until: "to", window: "14d", start: "2026-01-01" },
    },
  });
  const clock = virtualClock("2026-01-30T09:00:00Z");
  const { runtime, connection } = connect(contract, vendor, { clock });
  closeAfter(runtime, vendor);
  const pages = await pagesOf(runtime, connection, "list");
  expect(pages.flatMap((page) => idsOf(page.items))).toEqual(items.map(({ id }) => id));
  expect(targets(vendor.seen)).toEqual([
    "/report?from=2026-01-01&to=2026-01-15&skip=0",
    "/report?from=2026-01-01&to=2026-01-15&skip=10",
    "/report?from=2026-01-15&to=2026-01-29&skip=0",
    "/report?from=2026-01-15&to=2026-01-29&skip=10",
    "/report?from=2026-01-29&to=2026-01-30&skip=0",
  ]);
  clock.advance(86_400_000);
  items.push({ id: 31, day: "2026-01-31" });
  vendor.seen.length = 0;
  const more = await pagesOf(runtime, connection, "list", { state: pages.at(-1)?.state ?? null });
  expect(more.flatMap((page) => idsOf(page.items))).toEqual([31]);
  expect(targets(vendor.seen)).toEqual(["/report?from=2026-01-30&to=2026-01-31&skip=0"]);
});
