// Pins: a page asked for in the wrong place, a list that ends too early or never.
import type { Json, Pagination } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { nextCursor, pageParts } from "../../src/paging/pagination.ts";

const url = new URL("https://api.example.com/v1/list?a=1");
const next = (
  pagination: Pagination,
  cursor: Json,
  {
    body = null,
    headers = {},
    items = [1, 2, 3],
    size,
  }: { body?: Json; headers?: Record<string, string>; items?: Json[]; size?: number } = {},
) => nextCursor(pagination, cursor, { answer: { status: 200, headers, body, url }, items, size });

describe("the parts of a page's request", () => {
  it.each([
    ["query", {}],
    ["query", { in: "query" }],
    ["body", { in: "body" }],
    ["headers", { in: "headers" }],
    ["path", { in: "path" }],
  ] as const)("put a cursor into the %s", (place, parts) => {
    const pagination: Pagination = { kind: "cursor", cursor: "/next", param: "after", ...parts };
    expect(pageParts(pagination, "c1", undefined)).toEqual({ [place]: { after: "c1" } });
    expect(pageParts(pagination, null, undefined)).toEqual({});
  });

  it("start pages at 1 or as the contract says, and offsets at 0", () => {
    expect(pageParts({ kind: "page", param: "p" }, null, undefined)).toEqual({ query: { p: 1 } });
    expect(pageParts({ kind: "page", param: "p", first: 0 }, null, undefined)).toEqual({ query: { p: 0 } });
    expect(pageParts({ kind: "offset", param: "o", in: "body" }, null, undefined)).toEqual({ body: { o: 0 } });
  });

  it("ask for a size where the page goes, never for more than the contract says", () => {
    const sized = { sizeParam: "n", size: 50 } as const;
    expect(pageParts({ kind: "cursor", cursor: "/c", param: "c", in: "body", ...sized }, null, 1_000)).toEqual({
      body: { n: 50 },
    });
    expect(pageParts({ kind: "page", param: "p", in: "path", ...sized }, 2, 10)).toEqual({ path: { p: 2 }, query: { n: 10 } });
    expect(pageParts({ kind: "offset", param: "o", ...sized }, 4, undefined)).toEqual({ query: { o: 4, n: 50 } });
    expect(pageParts({ kind: "offset", param: "o", sizeParam: "n" }, 4, undefined)).toEqual({ query: { o: 4 } });
  });
});

describe("the next page", () => {
  it("is named by the body, a header in any case, or the last item", () => {
    expect(next({ kind: "cursor", cursor: "/meta/next", param: "c" }, null, { body: { meta: { next: "x" } } })).toBe("x");
    expect(next({ kind: "cursor", cursor: "X-Next", from: "header", param: "c" }, null, { headers: { "x-next": "y" } })).toBe(
      "y",
    );
    const lastItem: Pagination = { kind: "cursor", cursor: "/id", from: "lastItem", param: "c", size: 2 };
    expect(next(lastItem, null, { items: [{ id: 1 }, { id: 2 }] })).toBe(2);
    expect(next(lastItem, 2, { items: [{ id: 3 }] })).toBeNull();
    expect(next(lastItem, 3, { items: [] })).toBeNull();
  });

  it.each([undefined, null, "", false])("does not exist where the cursor is %j", (found) => {
    const body: Json = found === undefined ? {} : { next: found };
    expect(next({ kind: "cursor", cursor: "/next", param: "c" }, "a", { body })).toBeNull();
  });

  it.each([false, "false", 0, null, undefined])("does not exist where the vendor says %j to more", (more) => {
    const body = { next: "x", ...(more === undefined ? {} : { more }) };
    expect(next({ kind: "cursor", cursor: "/next", param: "c", more: "/more" }, "a", { body })).toBeNull();
  });

  it("exists where the vendor says so, whatever the size of the page", () => {
    expect(next({ kind: "page", param: "p", size: 10, more: "/more" }, 1, { body: { more: true } })).toBe(2);
  });

  it("of counted pages does not exist after an empty one, a short one, or the last of the total", () => {
    expect(next({ kind: "page", param: "p" }, 3, { items: [] })).toBeNull();
    expect(next({ kind: "page", param: "p" }, 3)).toBe(4);
    expect(next({ kind: "page", param: "p", size: 4 }, 3)).toBeNull();
    expect(next({ kind: "page", param: "p", first: 0, total: "/pages" }, 1, { body: { pages: 2 } })).toBeNull();
    expect(next({ kind: "page", param: "p", size: 50, total: "/pages" }, 1, { body: { pages: "2" } })).toBe(2);
  });

  it("of an offset is behind what came, until the total", () => {
    expect(next({ kind: "offset", param: "o" }, 4)).toBe(7);
    expect(next({ kind: "offset", param: "o", size: 50, total: "/n" }, 4, { body: { n: 8 } })).toBe(7);
    expect(next({ kind: "offset", param: "o", total: "/n" }, 4, { body: { n: 7 } })).toBeNull();
  });

  it("is not taken to be missing because a vendor gave less than a caller asked for", () => {
    expect(next({ kind: "offset", param: "o", sizeParam: "n" }, 0, { size: 500 })).toBe(3);
    expect(next({ kind: "offset", param: "o", sizeParam: "n", size: 3 }, 0, { size: 500 })).toBe(3);
  });

  it("is where a link or a URL in the body leads, from the page that has it", () => {
    expect(next({ kind: "link" }, null, { headers: { link: '<?p=2>; rel="next"' } })).toBe("https://api.example.com/v1/list?p=2");
    expect(next({ kind: "nextUrl", url: "/n" }, null, { body: { n: "/v1/list/2" } })).toBe("https://api.example.com/v1/list/2");
    expect(next({ kind: "nextUrl", url: "/n" }, null, { body: {} })).toBeNull();
  });
});
