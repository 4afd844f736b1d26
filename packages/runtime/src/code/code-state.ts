/**
 * Keeps values that code puts away from one call to the next, in this process.
 *
 * Owns: the values, their versions.
 * Does not own: how much a connector may keep (its declaration), who asks (the call).
 * Invariants:
 *   K1. A put that expects a version that is not there changes nothing.
 *   K2. Versions of a key only grow, also where it was taken away in between.
 *   K3. Places are bounded: the one that was used longest ago is forgotten first.
 */
import type { Json } from "@mortise/contract";
import { RecentlyUsed } from "../cache/recently-used.ts";

/** Whose values they are. */
export interface CodeStatePlace {
  readonly tenant: string;
  readonly connector: string;
  readonly connection: string;
}

/** A value as it is kept. */
export interface CodeStateEntry {
  readonly value: Json;
  /** 1 for the first. */
  readonly version: number;
}

/** What {@link CodeStateStore.put} is asked. */
export interface CodeStatePut {
  readonly key: string;
  /** null takes the value away. */
  readonly value: Json;
  /** Absent: whatever is there. 0: nothing is there. */
  readonly expectVersion?: number;
  /** Room for all values of the place, in bytes of their JSON with their keys. */
  readonly maxBytes: number;
}

/** Port to where code of connectors keeps values. */
export interface CodeStateStore {
  get(place: CodeStatePlace, key: string): Promise<CodeStateEntry | undefined>;
  /** The version that is there now; `"conflict"` where another one than the expected was, `"full"` where there is no room. */
  put(place: CodeStatePlace, put: CodeStatePut): Promise<number | "conflict" | "full">;
}

/** A value of a key as it is kept; null where it was taken away, so that its version is not given again. */
export interface KeptCodeValue {
  readonly value: Json;
  readonly version: number;
}

const MAX_PLACES = 10_000;

/** Keeps values in memory; they are lost with the process. */
export function memoryCodeState(): CodeStateStore {
  const places = new RecentlyUsed<Map<string, KeptCodeValue>>(MAX_PLACES);
  return Object.freeze({
    get: async (place, key) => {
      const kept = places.get(nameOf(place))?.get(key);
      return kept === undefined || kept.value === null ? undefined : { value: kept.value, version: kept.version };
    },
    put: async (place, put) => {
      const name = nameOf(place);
      const values = places.get(name) ?? new Map<string, KeptCodeValue>();
      const version = putCodeValue(values, put);
      if (typeof version === "number") places.set(name, values);
      return version;
    },
  } satisfies CodeStateStore);
}

/** Puts a value among those of its place, as every store does. */
export function putCodeValue(
  values: Map<string, KeptCodeValue>,
  { key, value, expectVersion, maxBytes }: CodeStatePut,
): number | "conflict" | "full" {
  const before = values.get(key);
  const there = before === undefined || before.value === null ? 0 : before.version;
  if (expectVersion !== undefined && expectVersion !== there) return "conflict";
  const others = [...values].reduce((sum, [other, kept]) => (other === key ? sum : sum + bytesOf(other, kept.value)), 0);
  if (others + bytesOf(key, value) > maxBytes) return "full";
  const version = (before?.version ?? 0) + 1;
  values.set(key, { value, version });
  return version;
}

const bytesOf = (key: string, value: Json): number => Buffer.byteLength(key) + Buffer.byteLength(JSON.stringify(value));

const nameOf = ({ tenant, connector, connection }: CodeStatePlace): string => JSON.stringify([tenant, connector, connection]);
