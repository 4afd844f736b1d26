import { type CodeStateStore, type KeptCodeValue, putCodeValue } from "@mortise/runtime";
import { readState, writeState } from "./state-file.ts";

/** Keeps the values that the code of one call puts away in a file, which is rewritten by every put. Throws `UNREADABLE_FILE`. */
export async function codeStateFile(file: string): Promise<CodeStateStore> {
  const kept = await readState(file);
  const entries = typeof kept === "object" && kept !== null && !Array.isArray(kept) ? Object.entries(kept) : [];
  const values = new Map(entries as unknown as readonly (readonly [string, KeptCodeValue])[]);
  return Object.freeze({
    get: async (_, key) => {
      const found = values.get(key);
      return found === undefined || found.value === null ? undefined : found;
    },
    put: async (_, put) => {
      const version = putCodeValue(values, put);
      if (typeof version === "number") await writeState(file, JSON.parse(JSON.stringify(Object.fromEntries(values))));
      return version;
    },
  } satisfies CodeStateStore);
}
