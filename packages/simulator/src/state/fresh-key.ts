import type { JsonObject } from "@mortise/contract";
import { keyText } from "./entity-store.ts";
import type { KeyShape } from "./key-shape.ts";

/** What a key is looked for. */
export interface FreshKeyRequest {
  /** A sample of the entity. */
  readonly base: JsonObject;
  /** Name of its key. */
  readonly name: string;
  /** What keys the other operations on the entity take. Absent: any. */
  readonly keys: KeyShape | undefined;
  /** The same seed gives the same key. */
  readonly seed: string;
  /** How many there are already, tries included; samples that repeat themselves are counted on. */
  readonly count: number;
  /** Samples of the key repeat themselves, so it is counted on. */
  readonly isTaken: boolean;
  /** Whether the entity is true to the schema. */
  fits(entity: JsonObject): boolean;
}

/** The sample with a key that the other operations take; as it is where none is found. */
export function withFreshKey({ base, name, keys, seed, count, isTaken, fits }: FreshKeyRequest): JsonObject {
  const text = keyText(base[name]);
  if (text !== undefined && !isTaken && keys?.fits(text) !== false) return base;
  const sampled = isTaken ? undefined : keys?.sample(seed);
  const others = [...(sampled === undefined ? [] : [sampled]), `${text ?? "k"}-${count}`, String(1_000 + count)];
  for (const other of others.filter((each) => keys?.fits(each) !== false)) {
    const value = [other, Number(other)].find((each) => fits({ ...base, [name]: each }));
    if (value !== undefined) return { ...base, [name]: value };
  }
  return base;
}
