import { createHash } from "node:crypto";
import { canonicalJson } from "@mortise/contract";
import { readByHeaders } from "../cache/read-by-headers.ts";
import type { Answer, ReadyCall } from "../call.ts";

const MAX_ENTRIES = 1_000;

/**
 * Stage 5: answers a read from the cache its contract allows, or lets equal calls share one flight; everything else goes on. The contract's
 * `ttlMs` wins over what answers say; without it a GET in one request is kept as its headers say. Undefined: it is no such read, and goes on.
 */
export function deduplicate(call: ReadyCall, goOn: (call: ReadyCall) => Promise<Answer>): Promise<Answer> | undefined {
  const { operation, name, connector } = call.target;
  const { cache } = operation;
  if (
    cache === undefined ||
    operation.effect !== "read" ||
    operation.incremental !== undefined ||
    call.request.receive !== undefined
  )
    return undefined;
  const { ttlMs, maxEntries = MAX_ENTRIES, staleIfErrorMs } = cache;
  if (ttlMs === undefined && !isPlainGet(call)) return undefined;
  const key = createHash("sha256").update(canonicalJson(call.input)).digest("base64url");
  const shelf = `${call.connection.version} ${connector.contract.version} ${name}`;
  if (ttlMs === undefined) return readByHeaders(call, { shelf, key, maxEntries, staleIfErrorMs: staleIfErrorMs ?? 0 }, goOn);
  return call.services.cache.get({ shelf, key, ttlMs, maxEntries, staleIfErrorMs }, () => goOn(call), call.signal);
}

/** One GET whose answer is the output: what its headers say is said of the whole. */
function isPlainGet({ target: { body, operation, wait } }: ReadyCall): boolean {
  const isWhole = wait === undefined && operation.stream === undefined && operation.batch === undefined;
  return body.kind === "request" && body.request.method === "GET" && isWhole && operation.partition === undefined;
}
