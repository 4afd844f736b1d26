import { getPointer, type Json, type JsonObject, type PageParamPlace, type Pagination } from "@mortise/contract";
import type { HttpAnswer } from "../attempts/send-request.ts";
import type { PageParts } from "../operation/compile-request.ts";
import { nextLink } from "./next-link.ts";
import { joinParts, partsIn } from "./page-parts.ts";

/** What a page that was just read shows about the next. */
export interface PageSeen {
  readonly answer: HttpAnswer;
  /** The page's list as the vendor sent it. */
  readonly items: readonly Json[];
  /** Items a page that the caller asked for. */
  readonly size: number | undefined;
}

/** The parts of the request that ask for the page at a cursor; null is the first. */
export function pageParts(pagination: Pagination, cursor: Json, size: number | undefined): PageParts {
  switch (pagination.kind) {
    case "cursor":
      return placed(pagination, cursor === null ? {} : { [pagination.param]: cursor }, size);
    case "page":
      return placed(pagination, { [pagination.param]: cursor ?? pagination.first ?? 1 }, size);
    case "offset":
      return placed(pagination, { [pagination.param]: cursor ?? 0 }, size);
    case "link":
    case "nextUrl":
      return typeof cursor === "string" ? { url: cursor } : {};
  }
}

/** Where the next page is; null where this was the last. */
export function nextCursor(pagination: Pagination, cursor: Json, seen: PageSeen): Json {
  if (pagination.more !== undefined && saysNo(getPointer(seen.answer.body, pagination.more))) return null;
  switch (pagination.kind) {
    case "cursor":
      return pagination.from === "lastItem" && isLast(pagination, seen) ? null : namedCursor(pagination, seen);
    case "page": {
      const first = pagination.first ?? 1;
      const current = typeof cursor === "number" ? cursor : first;
      const total = numberAt(seen.answer.body, pagination.total);
      const last = total === undefined ? isLast(pagination, seen) : seen.items.length === 0 || current - first + 1 >= total;
      return last ? null : current + 1;
    }
    case "offset": {
      const read = (typeof cursor === "number" ? cursor : 0) + seen.items.length;
      const total = numberAt(seen.answer.body, pagination.total);
      const last = total === undefined ? isLast(pagination, seen) : seen.items.length === 0 || read >= total;
      return last ? null : read;
    }
    case "link": {
      const link = nextLink(seen.answer.headers.link ?? "");
      return link === undefined ? null : new URL(link, seen.answer.url).href;
    }
    case "nextUrl": {
      const found = getPointer(seen.answer.body, pagination.url);
      return typeof found === "string" && found !== "" ? new URL(found, seen.answer.url).href : null;
    }
  }
}

function namedCursor({ cursor, from }: Extract<Pagination, { kind: "cursor" }>, { answer, items }: PageSeen): Json {
  const found =
    from === "header"
      ? answer.headers[cursor.toLowerCase()]
      : getPointer(from === "lastItem" ? items.at(-1) : answer.body, cursor);
  return found === undefined || found === "" || found === false ? null : found;
}

interface Sized {
  readonly in?: PageParamPlace;
  readonly sizeParam?: string;
  readonly size?: number;
}

/** The size goes where the page goes, unless that is a header or a piece of the path. */
function placed(pagination: Sized, params: JsonObject, wanted: number | undefined): PageParts {
  const { sizeParam } = pagination;
  const size = asked(pagination, wanted);
  const sized = sizeParam === undefined || size === undefined ? {} : { [sizeParam]: size };
  return joinParts(partsIn(pagination.in, params), partsIn(pagination.in === "body" ? "body" : "query", sized));
}

/** The page size that is asked for: what the caller wants, but not more than the contract says. Undefined: the vendor chooses. */
function asked({ sizeParam, size }: Sized, wanted: number | undefined): number | undefined {
  if (sizeParam === undefined) return size;
  return size === undefined ? wanted : Math.min(wanted ?? size, size);
}

/** A short page ends a list only where the contract knows the size: a vendor may give less than a caller asks for. */
function isLast(pagination: Sized & { readonly more?: string }, { items, size }: PageSeen): boolean {
  if (items.length === 0) return true;
  if (pagination.more !== undefined || pagination.size === undefined) return false;
  return items.length < (asked(pagination, size) ?? 0);
}

function numberAt(body: Json, pointer: string | undefined): number | undefined {
  const found = pointer === undefined ? undefined : getPointer(body, pointer);
  const number = typeof found === "string" && found.trim() !== "" ? Number(found) : found;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

const saysNo = (found: Json | undefined): boolean =>
  found === undefined || found === null || found === false || found === "false" || found === 0;
