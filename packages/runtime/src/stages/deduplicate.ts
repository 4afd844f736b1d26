import { createHash } from "node:crypto";
import type { Json } from "@mortise/contract";
import type { Answer, ReadyCall } from "../call.ts";

const MAX_ENTRIES = 1_000;

/** Stage 5: answers a read from the cache its contract allows, or lets equal calls share one flight; everything else goes on. */
export function deduplicate(call: ReadyCall, goOn: () => Promise<Answer>): Promise<Answer> {
  const { operation, name } = call.target;
  if (operation.cache?.ttlMs === undefined || operation.effect !== "read" || operation.incremental !== undefined) return goOn();
  const { ttlMs, maxEntries = MAX_ENTRIES } = operation.cache;
  const key = createHash("sha256").update(canonical(call.input)).digest("base64url");
  const place = { shelf: `${call.connection.version} ${call.target.connector.contract.version} ${name}`, key, ttlMs, maxEntries };
  return call.services.cache.get(place, goOn);
}

/** JSON text with sorted keys: equal for equal inputs. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
