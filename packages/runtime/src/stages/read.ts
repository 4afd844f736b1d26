import { getPointer, type Json, type JsonObject, MortiseError, parsePointer } from "@mortise/contract";
import type { NativeStream } from "@mortise/sdk";
import { runNative } from "../attempts/run-native.ts";
import { buildRequest, sendRequest } from "../attempts/send-request.ts";
import type { Answer, ReadyCall } from "../call.ts";
import { HttpPages } from "../paging/http-pages.ts";
import { mapOutput } from "../paging/map-output.ts";
import { NativePages } from "../paging/native-pages.ts";
import type { PageReader, ReadPage } from "../paging/page-reader.ts";
import { attempt } from "./attempt.ts";

/** Items that a call collects from a stream at most. */
const MAX_ITEMS = 10_000;
const PAGE_SIZE = 1_000;

/** Stage 8: carries the call out and reads its output; a list in pages is collected up to 10,000 items or `input.limit`. */
export async function read(call: ReadyCall): Promise<Answer> {
  const { body, operation } = call.target;
  if (operation.stream !== undefined) return collect(call, operation.stream.items);
  if (body.kind === "native" && "call" in body.binding) {
    const { binding } = body;
    return { output: await attempt(call, (scope) => runNative(call, scope, binding)) };
  }
  if (body.kind === "request") {
    const answer = await attempt(call, (scope) => sendRequest(call, scope, buildRequest(call, body.build)));
    return { output: mapOutput(call, body.output, answer) };
  }
  throw new MortiseError("MISCONFIGURED", `${call.use} streams, but its contract does not say where the items are ("stream").`);
}

/** Opens the pages of a stream operation at a cursor. Throws `USAGE` for an operation that has none. */
export function openPages(call: ReadyCall, cursor: Json, size: number | undefined): PageReader {
  const { body, operation } = call.target;
  if (operation.stream === undefined)
    throw new MortiseError("USAGE", `${call.use} does not stream.`, { remedy: "Call it instead." });
  if (body.kind === "request") return new HttpPages(body, operation.stream, cursor, size);
  if ("stream" in body.binding)
    return new NativePages(body.binding.stream as NativeStream, operation.stream, cursor, size ?? PAGE_SIZE);
  throw new MortiseError("MISCONFIGURED", `${call.use} is declared as a stream, and its code returns once.`);
}

async function collect(call: ReadyCall, pointer: string): Promise<Answer> {
  const asked = isRecord(call.input) && typeof call.input.limit === "number" ? call.input.limit : MAX_ITEMS;
  const limit = Math.min(asked, MAX_ITEMS);
  const pages = openPages(call, null, Math.min(PAGE_SIZE, Math.max(1, limit)));
  const items: Json[] = [];
  let first: ReadPage | undefined;
  let next: Json = null;
  try {
    do {
      const page = await pages.next(call);
      if (page === undefined) break;
      first ??= page;
      next = page.next;
      for (const item of page.items) items.push(item);
    } while (next !== null && items.length < limit);
  } finally {
    await pages.close();
  }
  const truncated = next !== null || items.length > limit;
  const output = withItems(first?.output ?? {}, pointer, items.slice(0, limit));
  return { output: truncated ? sayTruncated(call, output) : output, ...(truncated ? { truncated } : {}) };
}

/** The output with the collected items in their place. */
function withItems(output: Json, pointer: string, items: readonly Json[]): Json {
  const set = (value: Json | undefined, [key, ...rest]: readonly string[]): Json => {
    if (key === undefined) return items;
    const record = isRecord(value) ? value : {};
    return { ...record, [key]: set(getPointer(record, `/${key}`), rest) };
  };
  return set(output, parsePointer(pointer) ?? []);
}

/** Says so where the contract has a place for it; `meta.truncated` says so always. */
function sayTruncated({ target }: ReadyCall, output: Json): Json {
  const hasPlace =
    target.operation.output.properties !== undefined && Object.hasOwn(target.operation.output.properties, "truncated");
  return hasPlace && isRecord(output) ? { ...output, truncated: true } : output;
}

const isRecord = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);
