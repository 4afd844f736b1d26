import { type Json, MortiseError, type StreamSpec } from "@mortise/contract";
import type { NativeStream } from "@mortise/sdk";
import type { ReadyCall } from "../call.ts";
import { CodePages } from "../code/code-pages.ts";
import { JobPages } from "../jobs/job-pages.ts";
import { runJob } from "../jobs/run-job.ts";
import type { CompiledOperation } from "../operation/compile-operation.ts";
import { HttpPages } from "../paging/http-pages.ts";
import { NativePages } from "../paging/native-pages.ts";
import { OnePage } from "../paging/one-page.ts";
import type { PageReader } from "../paging/page-reader.ts";
import { RowPages, readsRows } from "../paging/row-pages.ts";
import { IncrementalPages, type OpenList } from "./incremental-pages.ts";
import { PartitionedPages } from "./partitioned-pages.ts";

const PAGE_SIZE = 1_000;

/** Where a read starts. */
export interface ReadFrom {
  /** Cursor of a page; null: the beginning. */
  readonly cursor: Json;
  /** What the last incremental read left to keep; null: nothing. */
  readonly state: Json;
  /** Items a page, where the caller may choose. */
  readonly size: number | undefined;
  /** Whether the output around the first list is wanted, and not only its items. */
  readonly whole?: boolean;
}

/** Opens the pages of a stream operation: its list, what is new in it, and that for each part. Throws `USAGE` for an operation that has none. */
export function openPages(call: ReadyCall, { cursor, state, size, whole = false }: ReadFrom): PageReader {
  const { target, use } = call;
  const { stream } = target.operation;
  if (stream === undefined) throw new MortiseError("USAGE", `${use} does not stream.`, { remedy: "Call it instead." });
  if (state !== null && target.incremental === undefined) {
    throw new MortiseError("USAGE", `${use} keeps no state.`, { remedy: "Leave the state out." });
  }
  const { incremental, partition } = target;
  const list = openerOf(target, stream, { size, whole, use });
  const open = (at: { readonly cursor: Json; readonly state: Json }): PageReader =>
    incremental === undefined ? list({}, at.cursor) : new IncrementalPages(incremental, list, at);
  if (partition === undefined) return open({ cursor, state });
  return new PartitionedPages(partition, open, { cursor, state, hasState: incremental !== undefined });
}

function openerOf(
  target: CompiledOperation,
  stream: StreamSpec,
  { size, whole, use }: Pick<ReadFrom, "size" | "whole"> & { readonly use: string },
): OpenList {
  const { body, wait, connector } = target;
  const fetch = wait?.fetch;
  if (wait !== undefined && fetch !== undefined && whole !== true && connector.contract.operations[fetch.operation]?.stream) {
    return (parts, cursor) => new JobPages(wait, fetch, parts, cursor);
  }
  if (wait !== undefined) return (parts) => new OnePage(stream, (call) => runJob(call, wait, parts));
  if (body.kind === "request" && readsRows(target, { whole: whole === true }))
    return (_, cursor) => new RowPages(target, body, { cursor, size });
  if (body.kind === "request") return (parts, cursor) => new HttpPages(body, stream, { cursor, size, parts });
  if (body.kind === "code") return (_, cursor) => new CodePages(body.code, cursor, size ?? PAGE_SIZE);
  if (body.kind === "native" && "stream" in body.binding) {
    const { binding } = body;
    return (_, cursor) => new NativePages(binding.stream as NativeStream, stream, cursor, size ?? PAGE_SIZE);
  }
  throw new MortiseError("MISCONFIGURED", `${use} is declared as a stream, and its code returns once.`);
}
