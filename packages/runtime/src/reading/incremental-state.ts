import { type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { CompiledIncremental } from "./compile-incremental.ts";
import { readPoint } from "./cursor-scale.ts";
import type { HighWaterData, Mark } from "./high-water.ts";

/** Where an incremental read starts that has this state; null: none was kept. Throws `INVALID_VALUE` where it is no state. */
export function readState({ spec }: CompiledIncremental, state: Json): HighWaterData {
  if (state === null) return { reach: null, fresh: [], known: [] };
  const reach = isRecord(state) ? (state.reach ?? null) : null;
  const known = isRecord(state) ? marksOf(state.seen ?? []) : undefined;
  if (known === undefined || readPoint(reach, spec.as) === undefined) {
    throw new MortiseError(
      "INVALID_VALUE",
      `The state of the read is ${JSON.stringify(state).slice(0, 100)}; expected { reach (${spec.as}), seen }.`,
      {
        path: "/state",
        remedy: "Give the state that the last read returned, or none to read from the start.",
      },
    );
  }
  return { reach, fresh: [], known: known.filter(([, cursor]) => readPoint(cursor, spec.as) !== undefined) };
}

/** A list of marks as JSON; undefined where it is none. */
export function marksOf(value: Json): readonly Mark[] | undefined {
  if (!isList(value)) return undefined;
  const marks = value.flatMap<Mark>((each) => (isList(each) && typeof each[0] === "string" ? [[each[0], each[1] ?? null]] : []));
  return marks.length === value.length ? marks : undefined;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isRecord = (value: Json): value is JsonObject => value !== null && typeof value === "object" && !isList(value);
