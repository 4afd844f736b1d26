// Pins: invariants I1 to I3 (items lost or given twice between reads, at the border of pages, windows and resumed reads) and W1 to W3.
import type { Incremental, Json } from "@mortise/contract";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { ReadyCall } from "../../src/call.ts";
import type { PageReader } from "../../src/paging/page-reader.ts";
import { compileIncremental } from "../../src/reading/compile-incremental.ts";
import { IncrementalPages, type OpenList } from "../../src/reading/incremental-pages.ts";
import { operationOf } from "../sample-connector.ts";

type Item = { readonly id: number; readonly at: string };

/** What a read needs of its call: values and a clock. */
const callAt = (now: string): ReadyCall =>
  ({ use: "x/list", input: {}, connection: { settings: {} }, services: { clock: { now: () => Date.parse(now) } } }) as never;

const iso = (minutes: number): string => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString();

/** As exact as the parameter it is compared with: a day, or a time. */
const comparable = (at: string, parameter: string): number => Date.parse(parameter.length === 10 ? at.slice(0, 10) : at);

/** A vendor that gives what is at or after `since` (and not after `until`), two items a page, in the order given. */
function vendor(items: readonly Item[], { size = 2, inclusiveEnd = true } = {}) {
  const asked: Json[] = [];
  const open: OpenList = (parts, cursor) => {
    const { since, until } = (parts.query ?? {}) as { since?: string; until?: string };
    let page = typeof cursor === "number" ? cursor : 0;
    const found = items.filter(({ at }) => {
      if (since !== undefined && comparable(at, since) < comparable(since, since)) return false;
      if (until === undefined) return true;
      const [own, end] = [comparable(at, until), comparable(until, until)];
      return inclusiveEnd ? own <= end : own < end;
    });
    return {
      next: async () => {
        asked.push({ ...parts.query, page });
        const start = page * size;
        page++;
        return { items: found.slice(start, start + size), next: start + size < found.length ? page : null };
      },
      close: async () => undefined,
    } satisfies PageReader;
  };
  return { open, asked };
}

const compiled = (spec: Partial<Incremental>, identity: readonly string[] = ["/id"]) => {
  const operation = operationOf({
    request: { method: "GET", url: "/list" },
    stream: { items: "/rows", resume: "cursor" },
    identity,
    incremental: { cursor: "/at", as: "date-time", param: "since", ...spec },
  });
  const incremental = compileIncremental("list", operation);
  if (incremental === undefined) throw new Error("no incremental");
  return incremental;
};

interface Read {
  readonly items: readonly Json[];
  readonly state: Json;
  readonly pages: number;
}

/** One read to its end; where `reopen` says so, it goes on in a new reader from the cursor, as JSON. */
async function read(
  spec: Partial<Incremental>,
  open: OpenList,
  {
    state = null,
    now = iso(1_000_000),
    reopen = () => false,
  }: { state?: Json; now?: string; reopen?: (page: number) => boolean } = {},
): Promise<Read> {
  const call = callAt(now);
  const make = (cursor: Json) => new IncrementalPages(compiled(spec), open, { cursor, state });
  let pages = make(null);
  const items: Json[] = [];
  let kept = state;
  let count = 0;
  for (;;) {
    const page = await pages.next(call);
    if (page === undefined) break;
    count++;
    items.push(...page.items);
    kept = page.state ?? kept;
    if (page.next === null) break;
    if (reopen(count)) pages = make(JSON.parse(JSON.stringify(page.next)));
  }
  return { items, state: JSON.parse(JSON.stringify(kept)), pages: count };
}

const ids = (items: readonly Json[]) => items.map((item) => (item as Item).id);

it("asks for what is at or after the state, and drops what it has seen at that border", async () => {
  const first = vendor([1, 2, 3].map((id) => ({ id, at: iso(id) })));
  const one = await read({}, first.open);
  expect(ids(one.items)).toEqual([1, 2, 3]);
  expect(first.asked[0]).toEqual({ page: 0 });
  const second = vendor([1, 2, 3, 33, 4].map((id) => ({ id, at: iso(id === 33 ? 3 : id) })));
  const two = await read({}, second.open, { state: one.state });
  expect(second.asked[0]).toEqual({ since: iso(3), page: 0 });
  expect(ids(two.items)).toEqual([33, 4]);
});

it("moves its state on with every page only where items ascend (I1)", async () => {
  const items = [1, 2, 3, 4].map((id) => ({ id, at: iso(id) }));
  const states = async (ascending: boolean): Promise<Json[]> => {
    const pages = new IncrementalPages(compiled({ ascending }), vendor(items).open, { cursor: null, state: null });
    const first = await pages.next(callAt(iso(100)));
    const second = await pages.next(callAt(iso(100)));
    return [first?.state ?? null, second?.state ?? null].map((state) => (state as { reach?: Json } | null)?.reach ?? null);
  };
  expect(await states(true)).toEqual([iso(2), iso(4)]);
  expect(await states(false)).toEqual([null, iso(4)]);
});

it("gives the state of as many items as were taken of a page", async () => {
  const items = [1, 2, 3].map((id) => ({ id, at: iso(id) }));
  const pages = new IncrementalPages(compiled({ ascending: true }), vendor(items, { size: 3 }).open, {
    cursor: null,
    state: null,
  });
  const page = await pages.next(callAt(iso(100)));
  const rest = await read({ ascending: true }, vendor(items).open, { state: page?.stateAt?.(1) ?? null });
  expect(ids(rest.items)).toEqual([2, 3]);
});

it("drops what is older where the vendor takes no parameter, and keeps what has no cursor (W3)", async () => {
  const spec = { param: undefined as never, start: iso(2) };
  const items = [1, 2, 3].map((id) => ({ id, at: iso(id) }));
  const one = await read(spec, vendor([...items, { id: 9, at: null as never }], { size: 10 }).open);
  expect(ids(one.items)).toEqual([2, 3, 9]);
});

it("finds what shows up late within its lookback", async () => {
  const spec = { lookback: "10m" };
  const one = await read(spec, vendor([{ id: 1, at: iso(60) }]).open);
  const late = vendor([
    { id: 2, at: iso(55) },
    { id: 1, at: iso(60) },
    { id: 3, at: iso(45) },
  ]);
  const two = await read(spec, late.open, { state: one.state });
  expect(late.asked[0]).toMatchObject({ since: iso(50).replace(".000", "") });
  expect(ids(two.items)).toEqual([2]);
});

it("reads window by window up to now, and goes on where the last one began", async () => {
  const spec = { window: "7d", until: "until", start: "2026-01-01T00:00:00Z" };
  const one = vendor([{ id: 1, at: "2026-01-08T00:00:00.000Z" }]);
  const { items, state } = await read(spec, one.open, { now: "2026-01-17T00:00:00Z" });
  expect(ids(items)).toEqual([1]);
  expect(one.asked.map((each) => [(each as { since: string }).since, (each as { until: string }).until])).toEqual([
    ["2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z"],
    ["2026-01-08T00:00:00Z", "2026-01-15T00:00:00Z"],
    ["2026-01-15T00:00:00Z", "2026-01-17T00:00:00Z"],
  ]);
  const two = vendor([]);
  await read(spec, two.open, { state, now: "2026-01-18T00:00:00Z" });
  expect(two.asked).toEqual([{ since: "2026-01-15T00:00:00Z", until: "2026-01-18T00:00:00Z", page: 0 }]);
});

it.each([true, false])("loses and repeats nothing where windows are told in days (end inclusive: %s)", async (inclusiveEnd) => {
  const spec = { window: "2d", until: "until", start: "2026-01-01T05:00:00Z", format: "date" } as const;
  const items = Array.from({ length: 40 }, (_, id) => ({ id, at: iso(300 + id * 200) }));
  const { open, asked } = vendor(items, { inclusiveEnd });
  const { items: found } = await read(spec, open, { now: "2026-01-08T00:00:00Z" });
  expect(ids(found)).toEqual(items.map(({ id }) => id));
  expect(asked[0]).toEqual({ since: "2026-01-01", until: "2026-01-03", page: 0 });
});

it("refuses a state or a cursor that is none, and a cursor of an item that is none", async () => {
  const { open } = vendor([{ id: 1, at: "yesterday" }]);
  await expect(read({}, open)).rejects.toMatchObject({ code: "INVALID_OUTPUT" });
  await expect(read({}, open, { state: { reach: 7 } })).rejects.toMatchObject({ code: "INVALID_VALUE" });
  const pages = new IncrementalPages(compiled({}), open, { cursor: { page: 1 }, state: null });
  await expect(pages.next(callAt(iso(1)))).rejects.toMatchObject({ code: "INVALID_VALUE" });
});

it.each<[string, Partial<Incremental>]>([
  ["a window of numbers", { as: "number", window: "1d", until: "u", start: 1 }],
  ["a window without an end", { window: "1d", start: iso(1) }],
  ["a window shorter than its form can say", { window: "1h", until: "u", start: iso(1), format: "date" }],
  ["a lookback of time for numbers", { as: "number", lookback: "5m" }],
  ["a form of another scale", { format: "number" }],
  ["a lookback that is no time", { lookback: "soon" }],
])("refuses %s", (_, spec) => {
  expect(() => compiled(spec)).toThrow(expect.objectContaining({ code: "MISCONFIGURED" }));
});

it("gives every item exactly once over many reads, whatever the order, resumed anywhere (I2, I3)", async () => {
  const arrivals = fc.array(fc.array(fc.record({ gap: fc.nat(3), lag: fc.nat(4) }), { maxLength: 8 }), {
    minLength: 1,
    maxLength: 5,
  });
  const modes = fc.record({
    order: fc.constantFrom("up", "down", "none"),
    param: fc.boolean(),
    windows: fc.boolean(),
    size: fc.integer({ min: 1, max: 4 }),
    resume: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(arrivals, modes, async (rounds, { order, param, windows, size, resume }) => {
      const spec: Partial<Incremental> = {
        lookback: "5m",
        ascending: order === "up",
        ...(param || windows ? {} : { param: undefined as never }),
        ...(windows ? { window: "3m", until: "until", start: iso(0) } : {}),
      };
      const all: Item[] = [];
      const given: Json[] = [];
      let minute = 10;
      let state: Json = null;
      for (const round of rounds) {
        for (const { gap, lag } of round) {
          minute += gap;
          all.push({ id: all.length, at: iso(minute - lag) });
        }
        const listed = [...all];
        if (order !== "none") listed.sort((a, b) => (a.at < b.at ? -1 : 1) * (order === "up" ? 1 : -1));
        const reopen = (page: number) => resume > 0 && page % resume === 0;
        const done = await read(spec, vendor(listed, { size }).open, { state, now: iso(minute), reopen });
        given.push(...done.items);
        state = done.state;
      }
      expect(ids(given).sort((a, b) => a - b)).toEqual(all.map(({ id }) => id));
    }),
    { numRuns: 300 },
  );
});
