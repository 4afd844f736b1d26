import { getPointer, type Json, type Operation, type Pagination, parsePointer } from "@mortise/contract";
import { removeAt, setAt } from "./assign.ts";
import { isList } from "./invert-value.ts";
import type { OutputMaker, SeenRequest } from "./make-output.ts";
import type { ScenarioEffect } from "./scenarios/scenario.ts";
import type { SimulatedAnswer } from "./simulated-answer.ts";
import { decoded, type WireRequest, wireBody } from "./wire-request.ts";

/** Items of every list, and of a page where the request asks for no size. */
const TOTAL = 5;
const PAGE = 2;
/** Parameter of links to a next page. */
export const START = "simulator-start";

/** What a list has. */
export interface ListedItems {
  readonly total: number;
  /** Undefined: one of them cannot be shown. */
  slice(start: number, end: number): readonly Json[] | undefined;
}

/** What a page is made for. */
export interface PageRequest {
  readonly seen: SeenRequest;
  readonly seed: string;
  readonly wire: WireRequest;
  /** Absent: {@link TOTAL} samples. */
  readonly listed?: ListedItems | undefined;
  /** What is wrong with the page. Absent: nothing. */
  readonly fault?: ScenarioEffect["page"] | undefined;
}

/** One page of a list; undefined where the list cannot be cut, so that one answer has to do. */
export function makePage(
  operation: Operation,
  maker: OutputMaker,
  { seen, seed, wire, listed, fault }: PageRequest,
): SimulatedAnswer | undefined {
  const { pagination, stream } = operation;
  const place = stream === undefined ? undefined : parsePointer(stream.items);
  if (pagination === undefined || place === undefined) return undefined;
  const sampled = listed === undefined ? sampledItems(maker, seen, seed, stream?.items ?? "") : undefined;
  const source = listed ?? sampled;
  const output = sampled?.output ?? emptyOutput(maker, seen, seed, stream?.items ?? "", place);
  if (source === undefined || output === undefined) return undefined;
  const size = sizeOf(pagination, wire);
  const { total } = source;
  const start = Math.min(startOf(pagination, wire, size, source), total);
  const end = Math.min(start + size, total);
  const from = fault === "repeated" || fault === "looping" ? Math.max(0, start - size) : start;
  const items = fault === "lost" ? [] : source.slice(from, Math.min(from + size, total));
  if (items === undefined) return undefined;
  const answer = maker.answerOf(setAt(output, place, items));
  if (!maker.accepts(answer, seen)) return undefined;
  const cut = fault === "looping" ? { end: start, size, total: total + size, wire } : { end, size, total, wire };
  return marked(pagination, answer, cut, (candidate) => maker.accepts(candidate, seen));
}

/** Takes what would lead to a next page out of an answer that is the only one. */
export function endOfPages(
  operation: Operation,
  answer: SimulatedAnswer,
  accepts: (answer: SimulatedAnswer) => boolean,
): SimulatedAnswer {
  const { pagination } = operation;
  if (pagination === undefined || answer.body === undefined) return answer;
  return leadingOn(pagination, answer, undefined, accepts);
}

/** An output whose list has nothing in it, to put a page into. */
function emptyOutput(
  maker: OutputMaker,
  seen: SeenRequest,
  seed: string,
  pointer: string,
  place: readonly string[],
): Json | undefined {
  let other: Json | undefined;
  for (const sample of maker.samples(seed)) {
    if (!isList(getPointer(sample, pointer))) continue;
    const empty = setAt(sample, place, []);
    if (maker.accepts(maker.answerOf(empty), seen)) return empty;
    if (maker.accepts(maker.answerOf(sample), seen)) other ??= sample;
  }
  return other;
}

/** {@link TOTAL} samples of a list's items, with an output that held one of them. */
export function sampledItems(
  maker: OutputMaker,
  seen: SeenRequest,
  seed: string,
  pointer: string,
): (ListedItems & { readonly items: readonly Json[]; readonly output: Json }) | undefined {
  const found = allItems(maker, seen, seed, pointer);
  if (found?.output === undefined) return undefined;
  const { items, output } = found;
  return { items, output, total: items.length, slice: (start, end) => items.slice(start, end) };
}

function allItems(maker: OutputMaker, seen: SeenRequest, seed: string, pointer: string) {
  let output: Json | undefined;
  const items: Json[] = [];
  for (const sample of maker.samples(seed)) {
    const list = getPointer(sample, pointer);
    if (!isList(list) || !maker.accepts(maker.answerOf(sample), seen)) continue;
    output ??= sample;
    items.push(...list);
    if (items.length >= TOTAL) return { output, items: items.slice(0, TOTAL) };
  }
  return output === undefined ? undefined : { output, items };
}

function sizeOf(pagination: Pagination, wire: WireRequest): number {
  if (!("param" in pagination)) return PAGE;
  const asked =
    pagination.sizeParam === undefined
      ? undefined
      : valueAt(pagination.in === "body" ? "body" : "query", pagination.sizeParam, wire);
  const size = Number(asked ?? pagination.size ?? PAGE);
  return Number.isInteger(size) && size > 0 ? size : PAGE;
}

function startOf(pagination: Pagination, wire: WireRequest, size: number, listed: ListedItems): number {
  if (!("param" in pagination)) return number(wire.query.get(START));
  const found = valueAt(pagination.in ?? "query", pagination.param, wire);
  if (found === undefined) return 0;
  if (pagination.kind === "page") return Math.max(0, number(found) - (pagination.first ?? 1)) * size;
  if (pagination.kind === "cursor" && pagination.from === "lastItem") {
    const items = listed.slice(0, listed.total) ?? [];
    return items.findLastIndex((item) => String(getPointer(item, pagination.cursor)) === found) + 1;
  }
  return number(found.replace(/^simulated-/, ""));
}

const number = (text: string | null): number => (text !== null && /^\d+$/.test(text) ? Number(text) : 0);

function valueAt(place: "query" | "body" | "headers" | "path", name: string, wire: WireRequest): string | undefined {
  if (place === "query") return wire.query.get(name) ?? undefined;
  if (place === "headers") return wire.headers[name.toLowerCase()];
  if (place === "path") return decoded(wire.path.split("/").at(-1) ?? "");
  const found = getPointer(wireBody(wire).data, name.startsWith("/") ? name : `/${name}`);
  return found === undefined || found === null ? undefined : String(found);
}

interface Cut {
  /** Index after the last item of the page. */
  readonly end: number;
  readonly size: number;
  readonly total: number;
  readonly wire: WireRequest;
}

type Accepts = (answer: SimulatedAnswer) => boolean;

/** The answer with all that tells where the list goes on, or that it does not. */
function marked(pagination: Pagination, answer: SimulatedAnswer, cut: Cut, accepts: Accepts): SimulatedAnswer {
  const total = pagination.kind === "page" ? Math.ceil(cut.total / cut.size) : cut.total;
  const counted = "total" in pagination ? put(answer, pagination.total, [total, String(total)], accepts) : answer;
  return leadingOn(pagination, counted, cut.end < cut.total ? cut : undefined, accepts);
}

/** `cut`: what is on the page, where more follows. */
function leadingOn(pagination: Pagination, answer: SimulatedAnswer, cut: Cut | undefined, accepts: Accepts): SimulatedAnswer {
  const more = put(
    answer,
    pagination.more,
    cut === undefined ? [false, 0, "false", null, undefined] : [true, 1, "true"],
    accepts,
  );
  switch (pagination.kind) {
    case "cursor": {
      if (pagination.from === "lastItem") return more;
      const values = cut === undefined ? [undefined, null, "", false] : [`simulated-${cut.end}`, cut.end, String(cut.end)];
      return pagination.from === "header"
        ? withHeader(more, pagination.cursor, values[0])
        : put(more, pagination.cursor, values, accepts);
    }
    case "link":
      return withHeader(more, "link", cut === undefined ? undefined : `<${nextUrl(cut)}>; rel="next"`);
    case "nextUrl":
      return put(more, pagination.url, cut === undefined ? [undefined, null, ""] : [nextUrl(cut), relative(cut)], accepts);
    case "page":
    case "offset":
      return more;
  }
}

/** The answer with the first of some values at a place of its body that it is still accepted with; undefined takes the place away. */
function put(
  answer: SimulatedAnswer,
  pointer: string | undefined,
  values: readonly (Json | undefined)[],
  accepts: Accepts,
): SimulatedAnswer {
  const place = pointer === undefined ? undefined : parsePointer(pointer);
  const { body } = answer;
  if (place === undefined || place.length === 0 || body === undefined) return answer;
  const candidates = values.map((value) => ({
    ...answer,
    body: value === undefined ? removeAt(body, place) : setAt(body, place, value),
  }));
  return candidates.find(accepts) ?? answer;
}

function withHeader(answer: SimulatedAnswer, name: string, value: Json | undefined): SimulatedAnswer {
  const { [name.toLowerCase()]: _, ...others } = answer.headers;
  return { ...answer, headers: typeof value === "string" ? { ...others, [name.toLowerCase()]: value } : others };
}

function relative({ end, wire }: Cut): string {
  const query = new URLSearchParams(wire.query);
  query.set(START, String(end));
  return `${wire.path}?${query}`;
}

/** Simulated vendors are called over https, unless it is the simulator itself that was called. */
function nextUrl(cut: Cut): string {
  const { host } = cut.wire;
  return `${/^(127\.|localhost\b|\[::1\])/.test(host) ? "http" : "https"}://${host}${relative(cut)}`;
}
