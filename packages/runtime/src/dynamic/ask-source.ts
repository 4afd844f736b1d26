import { createHash } from "node:crypto";
import { redactBySchema } from "@mortise/auth";
import { type ErrorCode, getPointer, type Json, MortiseError, type Operation, standingOperation } from "@mortise/contract";
import type { ResolvedCall } from "../call.ts";
import { useOf } from "../operation/follow-up.ts";
import { setField } from "../operation/set-field.ts";
import type { CallRequest } from "../runtime.ts";
import type { SourceInput } from "./source-input.ts";

/** Longest time that a person waits for a form. */
const PATIENCE_MS = 30_000;
const DEFAULT_TTL_MS = 60_000;
const MAX_KEPT = 100;

/** A field's source, ready to be asked. */
export interface Source {
  /** The call whose field it is: connection, tenant and connector are its. */
  readonly call: ResolvedCall;
  /** Name of the operation that answers. */
  readonly operation: string;
  readonly input: SourceInput;
  readonly cacheMs: number | undefined;
}

/** The operation that answers. Throws `MISCONFIGURED` where it does not exist, or does not only read: looking at a form must change nothing. */
export function sourceOperation({ call, operation }: Source): Operation {
  const { operations, schemas } = call.target.connector.contract;
  const found = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (found?.effect === "read") return standingOperation(found, schemas);
  throw new MortiseError("MISCONFIGURED", `${useOf(call, operation)} cannot feed a field: only operations that read may.`);
}

/** What a source's operation answers to calls: its whole output, secrets hidden. Throws the error that the call ends with. */
export async function callSource(source: Source): Promise<Json> {
  const { call, operation } = source;
  const { output } = sourceOperation(source);
  const result = await call.trace.within(() => call.runner.call(useOf(call, operation), requestOf(source)));
  if (result.outcome === "success") return redactBySchema(result.output, output);
  const { code, message, ...rest } = result.error;
  throw explained(source, new MortiseError(code as ErrorCode, message, rest));
}

/** One page of a source that streams, from a cursor on; secrets hidden. */
export async function streamSource(
  source: Source,
  cursor: Json,
  pageSize: number,
): Promise<{ readonly items: readonly Json[]; readonly next: Json }> {
  const { call, operation } = source;
  const { output, stream } = sourceOperation(source);
  const at = stream?.items ?? "";
  const pages = call.runner.stream(useOf(call, operation), { ...requestOf(source), cursor, pageSize });
  try {
    const first = await call.trace.within(() => pages.next());
    if (first.done === true) return { items: [], next: null };
    const { items, next } = first.value;
    const shown = getPointer(redactBySchema(at === "" ? items : setField({}, at, items), output), at);
    return { items: isList(shown) ? shown : [], next };
  } catch (error) {
    throw explained(source, error);
  } finally {
    await pages.return(undefined);
  }
}

/** What was fetched for the same connection, source and input lately, or what `fetch` brings. */
export async function keptAnswer(source: Source, parts: Json, fetch: () => Promise<Json>): Promise<Json> {
  if (source.cacheMs === 0) return fetch();
  const { output } = await source.call.services.cache.get(placeOf(source, parts), async () => ({ output: await fetch() }));
  return output;
}

/** What is kept of a source, without asking it. */
export function peekAnswer(source: Source, parts: Json): Json | undefined {
  return source.call.services.cache.peek(placeOf(source, parts))?.output;
}

function placeOf({ call, operation, input, cacheMs }: Source, parts: Json) {
  const { connection, target } = call;
  const key = createHash("sha256").update(JSON.stringify([operation, input.value, parts]));
  return {
    shelf: `dynamic ${connection.version} ${target.connector.contract.version}`,
    key: key.digest("base64url"),
    ttlMs: cacheMs ?? DEFAULT_TTL_MS,
    maxEntries: MAX_KEPT,
  };
}

function requestOf({ call, input }: Source): CallRequest {
  const { connection, signal, remainingMs } = call.request;
  return {
    input: input.value,
    tenant: call.tenant,
    deadlineMs: call.services.clock.now() + PATIENCE_MS,
    ...(connection === undefined ? {} : { connection }),
    ...(signal === undefined ? {} : { signal }),
    // What resolving took is small; what was asked before, on other pages, is not.
    ...(remainingMs === undefined ? {} : { remainingMs: call.startedAtMs + remainingMs - call.services.clock.now() }),
  };
}

/** A source that refuses its input does so because a field it depends on is empty, where one is. */
function explained({ input }: Source, error: unknown): unknown {
  const isRefused = error instanceof MortiseError && error.code === "INVALID_INPUT";
  return isRefused && input.missing !== undefined ? input.missing : error;
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
