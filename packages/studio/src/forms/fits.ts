import type { Json } from "@mortise/contract";
import type { Field } from "./fields.ts";

/** Whether a field's own editor can show a value. */
export function fits(field: Field, value: Json | undefined): boolean {
  if (value === undefined) return true;
  switch (field.kind) {
    case "number":
      return typeof value === "number";
    case "switch":
      return typeof value === "boolean";
    case "list":
    case "rules":
      return Array.isArray(value);
    case "tags":
      return Array.isArray(value) && value.every((each) => typeof each === "string" || typeof each === "number");
    case "object":
    case "map":
    case "shaped":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "any":
      return value !== null && !Array.isArray(value);
    case "select":
      return field.options?.some((option) => option.value === value) ?? false;
    case "choices":
      return typeof value !== "object" || value === null;
    case "json":
    case "variants":
      return true;
    default:
      return typeof value === "string";
  }
}
