import type { Json, JsonObject } from "@mortise/contract";
import type { Field } from "./fields.ts";
import { fits } from "./fits.ts";

/** The columns that parameters already name: offered again where the type of the rows leaves its columns open. */
export function namedColumns(fields: readonly Field[], params: JsonObject): readonly string[] {
  return fields.flatMap((field) => namesIn(field, params[field.key]));
}

function namesIn(field: Field, value: Json | undefined): readonly string[] {
  if (value === undefined || value === "") return [];
  if (field.kind === "variants") {
    const shape = field.variants?.find((each) => fits(each, value));
    return shape ? namesIn(shape, value) : [];
  }
  if (field.kind === "column") return typeof value === "string" ? [value] : [];
  if (typeof value !== "object" || value === null || !field.ofColumns) return [];
  return Array.isArray(value) ? value.filter((each: Json) => typeof each === "string") : Object.keys(value);
}
