import type { Operation } from "@mortise/contract";
import { canonical } from "../schema/canonical.ts";
import type { Diff } from "./diff.ts";

/** Finds lists that are read in another way: streams, pages, saved states, order. */
export function compareReading(diff: Diff, path: string, was: Operation, is: Operation): void {
  compareStream(diff, path, was, is);
  comparePages(diff, path, was, is);
  compareStates(diff, path, was, is);
}

function compareStream(diff: Diff, path: string, { stream: was }: Operation, { stream: is }: Operation): void {
  if (was === undefined && is === undefined) return;
  if (was === undefined) {
    diff.add("stream-added", `${path}/stream`, "its list can be streamed", [path]);
    return;
  }
  if (is === undefined) {
    diff.add("stream-removed", path, "its list cannot be streamed any more", [path]);
    return;
  }
  if (was.items !== is.items)
    diff.add("stream-changed", `${path}/stream/items`, `the list was at "${was.items}", is at "${is.items}"`, [path]);
  if (was.resume === "cursor" && is.resume === "none")
    diff.add("stream-changed", `${path}/stream/resume`, "a read could go on from a cursor, cannot any more", [path]);
  if (was.resume === "none" && is.resume === "cursor")
    diff.add("stream-added", `${path}/stream/resume`, "a read can go on from a cursor", [path]);
}

function comparePages(diff: Diff, path: string, was: Operation, is: Operation): void {
  const [from, to] = [was.pagination, is.pagination];
  const [size, fresh] = [sizeOf(from), sizeOf(to)];
  if (from !== undefined && to !== undefined && size !== fresh)
    diff.add(
      "page-size-changed",
      `${path}/pagination`,
      `a page held ${size ?? "the vendor's number of"} items, holds ${fresh ?? "the vendor's"}`,
      [path],
    );
  for (const key of ["maxPages", "maxItems"] as const) {
    const absent = key === "maxPages" ? 10_000 : Number.POSITIVE_INFINITY;
    const [old, now] = [from?.[key] ?? absent, to?.[key] ?? absent];
    if (now < old) diff.add("page-bound-lowered", `${path}/pagination/${key}`, `${key} was ${old}, is ${now}`, [path]);
    if (now > old) diff.add("page-bound-raised", `${path}/pagination`, `${key} was ${old}, is ${now}`, [path]);
  }
  const isResumed = was.stream?.resume === "cursor" && is.stream?.resume === "cursor";
  if (isResumed && from?.kind !== to?.kind)
    diff.add(
      "cursor-changed",
      `${path}/pagination`,
      `pages were found by ${from?.kind ?? "none"}, are by ${to?.kind ?? "none"}: saved cursors do not fit`,
      [path],
    );
}

function sizeOf(pagination: Operation["pagination"]): number | undefined {
  return pagination !== undefined && "size" in pagination ? pagination.size : undefined;
}

function compareStates(diff: Diff, path: string, { incremental: was }: Operation, { incremental: is }: Operation): void {
  if (was === undefined && is === undefined) return;
  const at = `${path}/incremental`;
  if (was === undefined) {
    diff.add("incremental-added", at, "a read can go on where the last one ended", [path]);
    return;
  }
  if (is === undefined) {
    diff.add("cursor-changed", path, "a read cannot go on from a saved state any more", [path]);
    return;
  }
  if (was.cursor !== is.cursor || was.as !== is.as)
    diff.add("cursor-changed", at, `the state was ${was.cursor} as ${was.as}, is ${is.cursor} as ${is.as}`, [path]);
  if (was.ascending === true && is.ascending !== true)
    diff.add("order-changed", at, "items came in ascending order, need not any more", [path]);
  if (was.ascending !== true && is.ascending === true) diff.add("order-promised", at, "items come in ascending order", [path]);
  if (canonical(was.start ?? null) !== canonical(is.start ?? null))
    diff.add("trigger-timing-changed", at, "a first read starts elsewhere", [path]);
}
