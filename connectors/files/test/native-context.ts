import { isAbsolute, join } from "node:path";
import type { Json, NativeContext, NativePage } from "@mortise/sdk";
import files from "../src/connector.ts";

/** A context over real files, as the runtime would give one. */
export function contextIn(folder: string, idempotencyKey = "key-1", signal = new AbortController().signal): NativeContext {
  return {
    settings: {},
    credential: {},
    signal,
    idempotencyKey,
    connect: () => Promise.reject(new Error("a file operation opens no socket")),
    files: { resolve: async (path, _mode, base) => (isAbsolute(path) ? path : join(folder, base ?? "", path)) },
    commitPoint: async () => {},
    resource: (_key, open) => open(),
    log: () => {},
  };
}

/** Calls an operation of the connector as the runtime does, past the types. */
export async function call(operation: string, input: Json, ctx: NativeContext): Promise<Json> {
  const binding = files.natives[operation];
  if (!binding || !("call" in binding)) throw new Error(`${operation} is no call`);
  return (await (binding.call as (input: Json, ctx: NativeContext) => Promise<unknown>)(input, ctx)) as Json;
}

/** Opens a stream operation at a cursor. */
export function pages(
  operation: string,
  input: Json,
  ctx: NativeContext,
  size: number,
  cursor: Json = null,
): AsyncIterable<NativePage> {
  const binding = files.natives[operation];
  if (!binding || !("stream" in binding)) throw new Error(`${operation} is no stream`);
  const open = binding.stream as (
    input: Json,
    ctx: NativeContext,
    page: { cursor: Json; size: number },
  ) => AsyncIterable<NativePage>;
  return open(input, ctx, { cursor, size });
}

/** Every page of a stream, read in one go. */
export async function allPages(
  operation: string,
  input: Json,
  ctx: NativeContext,
  size: number,
  cursor: Json = null,
): Promise<readonly NativePage[]> {
  const read: NativePage[] = [];
  for await (const page of pages(operation, input, ctx, size, cursor)) read.push(page);
  return read;
}

/** Every row of a stream. */
export async function allRows(
  operation: string,
  input: Json,
  ctx: NativeContext,
  size = 1_000,
  cursor: Json = null,
): Promise<readonly Json[]> {
  return (await allPages(operation, input, ctx, size, cursor)).flatMap((page) => page.items);
}
