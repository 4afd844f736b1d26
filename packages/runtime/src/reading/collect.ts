import type { Json, JsonObject, StreamSpec } from "@mortise/contract";
import type { Answer, ReadyCall } from "../call.ts";
import { setField } from "../operation/set-field.ts";
import type { ReadPage } from "../paging/page-reader.ts";
import { openPages } from "./open-pages.ts";

/** Items that a call collects from a stream at most. */
const MAX_ITEMS = 10_000;
const PAGE_SIZE = 1_000;

/**
 * Reads a list in pages up to 10,000 items or `input.limit`, as one output. The state that comes with it covers no item that was left
 * out.
 */
export async function collect(call: ReadyCall, { items: pointer }: StreamSpec): Promise<Answer> {
  const asked = isRecord(call.input) && typeof call.input.limit === "number" ? call.input.limit : MAX_ITEMS;
  const limit = Math.min(asked, MAX_ITEMS);
  const { state: given = null } = call.request;
  const size = limit < PAGE_SIZE ? Math.max(1, limit) : undefined;
  const pages = openPages(call, { cursor: null, state: given, size, whole: true });
  const items: Json[] = [];
  let state = given ?? undefined;
  let first: ReadPage | undefined;
  let next: Json = null;
  let truncated = false;
  try {
    do {
      const page = await pages.next(call);
      next = page?.next ?? null;
      if (page === undefined) break;
      first ??= page;
      const left = limit - items.length;
      const fits = page.items.length <= left;
      for (const item of fits ? page.items : page.items.slice(0, left)) items.push(item);
      state = (fits ? page.state : page.stateAt?.(left)) ?? state;
      truncated ||= page.cut === true || !fits;
    } while (next !== null && items.length < limit);
  } finally {
    await pages.close();
  }
  truncated ||= next !== null;
  const output = setField({ output: first?.output ?? {} }, `/output${pointer}`, items);
  const whole = isRecord(output) ? (output.output ?? null) : output;
  return {
    output: truncated ? sayTruncated(call, whole) : whole,
    ...(truncated ? { truncated } : {}),
    ...(state === undefined || state === null ? {} : { state }),
  };
}

/** Says so where the contract has a place for it; `meta.truncated` says so always. */
function sayTruncated({ target }: ReadyCall, output: Json): Json {
  const hasPlace =
    target.operation.output.properties !== undefined && Object.hasOwn(target.operation.output.properties, "truncated");
  return hasPlace && isRecord(output) ? { ...output, truncated: true } : output;
}

const isRecord = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);
