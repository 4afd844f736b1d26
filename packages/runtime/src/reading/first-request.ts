import { getPointer, type Json } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import type { PageParts } from "../operation/compile-request.ts";
import { setField } from "../operation/set-field.ts";
import { joinParts } from "../paging/page-parts.ts";
import { pageParts } from "../paging/pagination.ts";
import { firstParts } from "./incremental-pages.ts";
import { listParts } from "./listed-parts.ts";

/**
 * The first request of its own that a call would send: of the first chunk, the first part and the first page, and what is new. Undefined
 * where it would send none, as there is no part.
 */
export function firstRequest(call: ReadyCall): { readonly call: ReadyCall; readonly parts: PageParts } | undefined {
  const { operation, partition, incremental } = call.target;
  const chunk = firstChunk(call);
  const [part] = partition?.kind === "over" ? listParts(chunk, partition) : [];
  if (partition?.kind === "over" && part === undefined) return undefined;
  const first = part === undefined ? chunk : { ...chunk, partition: part };
  const { pagination, stream } = operation;
  return {
    call: first,
    parts: joinParts(
      incremental === undefined ? {} : firstParts(first, incremental),
      pagination === undefined || stream === undefined ? {} : pageParts(pagination, null, undefined),
    ),
  };
}

function firstChunk(call: ReadyCall): ReadyCall {
  const { batch } = call.target.operation;
  const list = batch === undefined ? undefined : getPointer(call.input, batch.input);
  if (batch === undefined || !isList(list) || list.length <= batch.max) return call;
  const items = list.slice(0, batch.max);
  return { ...call, input: batch.input === "" ? items : setField(call.input, batch.input, items) };
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
