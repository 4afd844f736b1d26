import { getPointer, type Json, type JsonObject, type Operation } from "@mortise/contract";
import { isList } from "../invert-value.ts";
import type { WireRequest } from "../wire-request.ts";

/** Whether a field is what a filter of the same name asks for; null asks for nothing. */
export function isLike(kept: Json | undefined, wanted: Json): boolean {
  if (wanted === null) return true;
  if (isList(kept)) return kept.some((each) => isLike(each, wanted));
  return kept !== undefined && String(kept).toLowerCase() === String(wanted).toLowerCase();
}

/** Whether an entity is at or after what an incremental read asks for. */
export function sinceOf({ incremental }: Operation, wire: WireRequest): (fields: JsonObject) => boolean {
  const asked = incremental?.param === undefined ? null : wire.query.get(incremental.param);
  if (asked === null || incremental === undefined) return () => true;
  const from = moment(asked);
  return (fields) => {
    const value = getPointer(fields, incremental.cursor);
    return value === undefined || value === null || moment(String(value)) >= from;
  };
}

const moment = (text: string): number => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text));
