import type { CacheSpec, Operation, Pagination } from "@mortise/contract";
import { code } from "./prose.ts";
import { durationWords, spanWords, valueWords } from "./span-words.ts";

/** Gives the link to an operation. */
export type LinkTo = (operation: string) => string;

/** How an operation reads or does more than one request, each as an entry `Name: sentence`. */
export function readingWords(operation: Operation, linkTo: LinkTo): readonly (readonly [string, string])[] {
  const { pagination, stream, incremental, partition, batch, wait, cache, searchOrCreate } = operation;
  return [
    ...entry("Pages", pagination && pagesSentence(pagination)),
    ...entry("Streams", stream && `The list at ${code(stream.items || "/")} can be read in pages${resumeWords(stream.resume)}.`),
    ...entry(
      "Only what is new",
      incremental &&
        `Goes on where the last read stopped, by ${code(incremental.cursor)} of each item${incremental.param === undefined ? "; older items are dropped after they were read" : ` (parameter ${code(incremental.param)})`}${incremental.window === undefined ? "" : `, in windows of ${durationWords(incremental.window)}`}.`,
    ),
    ...entry(
      "In parts",
      partition?.parent
        ? `Once for every item of ${linkTo(partition.parent.operation)}.`
        : partition?.over !== undefined && `Once for each of ${valueWords(partition.over)}.`,
    ),
    ...entry("Batches", batch && `A list at ${code(batch.input)} longer than ${batch.max} is sent in several calls.`),
    ...entry(
      "Waits",
      wait &&
        `For the job to end: asks ${linkTo(wait.poll.operation)} every ${durationWords(wait.every, "")}, at most ${durationWords(wait.timeout)}${wait.fetch ? `, then reads the result with ${linkTo(wait.fetch.operation)}` : ""}${wait.cancel ? `; a call that is cancelled stops it with ${linkTo(wait.cancel.operation)}` : ""}.`,
    ),
    ...entry("Cache", cache && `${cacheWords(cache)}.`),
    ...entry(
      "Steps",
      searchOrCreate &&
        `Looks with ${linkTo(searchOrCreate.search.operation)}; where there is nothing, ${linkTo(searchOrCreate.create.operation)} creates it.`,
    ),
  ];
}

function entry(name: string, sentence: string | false | undefined): readonly (readonly [string, string])[] {
  return sentence ? [[name, sentence]] : [];
}

function cacheWords({ ttlMs, staleIfErrorMs }: CacheSpec): string {
  const fresh =
    ttlMs === undefined
      ? "An answer may be used again as its headers say"
      : `An answer may be used again for ${spanWords(ttlMs)}`;
  return staleIfErrorMs === undefined
    ? fresh
    : `${fresh}, and ${spanWords(staleIfErrorMs)} longer while the other side is unwell`;
}

const resumeWords = (resume: "cursor" | "none"): string =>
  resume === "cursor" ? ", and a later read goes on from a saved place" : ", always from the start";

function pagesSentence(pagination: Pagination): string {
  const bounds = [
    `${(pagination.maxPages ?? 10_000).toLocaleString("en-US")} pages`,
    ...(pagination.maxItems === undefined ? [] : [`${pagination.maxItems.toLocaleString("en-US")} items`]),
  ];
  return `${followWords(pagination)}; at most ${bounds.join(" and ")}.`;
}

function followWords(pagination: Pagination): string {
  switch (pagination.kind) {
    case "cursor":
      return `Follows the cursor at ${code(pagination.cursor)}${pagination.from === "header" ? " of the headers" : pagination.from === "lastItem" ? " of the last item" : ""} in the parameter ${code(pagination.param)}`;
    case "page":
      return `Counts pages in the parameter ${code(pagination.param)}, from ${pagination.first ?? 1}`;
    case "offset":
      return `Counts items in the parameter ${code(pagination.param)}`;
    case "link":
      return "Follows the `Link` header to the next page (RFC 8288)";
    case "nextUrl":
      return `Follows the address at ${code(pagination.url)}`;
  }
}
