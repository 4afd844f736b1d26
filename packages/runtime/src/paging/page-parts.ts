import type { JsonObject, PageParamPlace } from "@mortise/contract";
import type { PageParts } from "../operation/compile-request.ts";

/** Parts of a request that set these parameters in one place. Absent place: the query. */
export function partsIn(place: PageParamPlace | undefined, params: JsonObject): PageParts {
  return Object.keys(params).length === 0 ? {} : { [place ?? "query"]: params };
}

/** All of several parts; of what is in two, the later. */
export function joinParts(...all: readonly PageParts[]): PageParts {
  return all.reduce<PageParts>((joined, { url, ...places }) => {
    const merged: { -readonly [place in PageParamPlace]?: JsonObject } = {};
    for (const place of PLACES) {
      if (joined[place] !== undefined || places[place] !== undefined) merged[place] = { ...joined[place], ...places[place] };
    }
    const target = url ?? joined.url;
    return target === undefined ? merged : { ...merged, url: target };
  }, {});
}

const PLACES: readonly PageParamPlace[] = ["query", "body", "headers", "path"];
