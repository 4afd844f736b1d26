import { getPointer, type Json, type Pagination } from "@mortise/contract";
import type { HttpAnswer } from "../attempts/send-request.ts";
import type { PageParts } from "../operation/compile-request.ts";

/** What a page that was just read shows about the next. */
export interface PageSeen {
  readonly answer: HttpAnswer;
  readonly count: number;
  /** What the caller asked for, where the contract lets it. */
  readonly size: number | undefined;
}

/** The parts of the request that ask for the page at a cursor; null is the first. */
export function pageParts(pagination: Pagination, cursor: Json, size: number | undefined): PageParts {
  switch (pagination.kind) {
    case "cursor": {
      if (cursor === null) return {};
      const parts = { [pagination.param]: cursor };
      return pagination.in === "body" ? { body: parts } : { query: parts };
    }
    case "page":
      return { query: { [pagination.param]: cursor ?? pagination.first ?? 1, ...sized(pagination, size) } };
    case "offset":
      return { query: { [pagination.param]: cursor ?? 0, ...sized(pagination, size) } };
    case "link":
    case "nextUrl":
      return typeof cursor === "string" ? { url: cursor } : {};
  }
}

/** Where the next page is; null where this was the last. */
export function nextCursor(pagination: Pagination, cursor: Json, { answer, count, size }: PageSeen): Json {
  switch (pagination.kind) {
    case "cursor": {
      const found = getPointer(answer.body, pagination.cursor);
      return found === undefined || found === "" || found === false ? null : found;
    }
    case "page": {
      const current = typeof cursor === "number" ? cursor : (pagination.first ?? 1);
      return isLast(count, asked(pagination, size)) ? null : current + 1;
    }
    case "offset":
      return isLast(count, asked(pagination, size)) ? null : (typeof cursor === "number" ? cursor : 0) + count;
    case "link": {
      const link = nextLink(answer.headers.link ?? "");
      return link === undefined ? null : new URL(link, answer.url).href;
    }
    case "nextUrl": {
      const found = getPointer(answer.body, pagination.url);
      return typeof found === "string" && found !== "" ? new URL(found, answer.url).href : null;
    }
  }
}

interface Sized {
  readonly sizeParam?: string;
  readonly size?: number;
}

/** The page size that was really asked for; undefined where the vendor chose it. */
function asked({ sizeParam, size }: Sized, wanted: number | undefined): number | undefined {
  return sizeParam === undefined ? size : (wanted ?? size);
}

function sized(pagination: Sized, wanted: number | undefined): { readonly [param: string]: number } {
  const size = asked(pagination, wanted);
  return pagination.sizeParam === undefined || size === undefined ? {} : { [pagination.sizeParam]: size };
}

const isLast = (count: number, size: number | undefined): boolean => count === 0 || (size !== undefined && count < size);

/** The target of `rel="next"` in a Link header (RFC 8288 §3). */
export function nextLink(header: string): string | undefined {
  for (const match of header.matchAll(/<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]+))*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=\s*(?:;|$)))/i.test(match[2] ?? "")) return match[1];
  }
  return undefined;
}
