import type { JsonSchemaObject } from "@mortise/contract";

const FORMATS: { readonly [format: string]: string } = {
  "date-time": "A point in time, RFC 3339.",
  date: "A date, RFC 3339.",
  time: "A time, RFC 3339.",
  duration: "A span, ISO 8601.",
  email: "An e-mail address.",
  uri: "A URI.",
  uuid: "A UUID.",
  byte: "Bytes as base64.",
  binary: "Bytes as base64.",
};

/** What a doc comment says about a field: its description, its form, its bounds and its default. Empty where the schema tells nothing. */
export function fieldComment(schema: JsonSchemaObject): string {
  const text = schema.description ?? schema["x-help"] ?? schema.title ?? "";
  const facts = [
    schema.format === undefined ? "" : (FORMATS[schema.format] ?? ""),
    bounds("", schema.minimum, schema.maximum),
    schema.exclusiveMinimum === undefined ? "" : `Above ${schema.exclusiveMinimum}.`,
    schema.exclusiveMaximum === undefined ? "" : `Below ${schema.exclusiveMaximum}.`,
    bounds(" characters", schema.minLength, schema.maxLength),
    bounds(" items", schema.minItems, schema.maxItems),
    schema["x-secret"] === true ? "Secret." : "",
    schema.default === undefined ? "" : `Default: \`${shortJson(schema.default)}\`.`,
  ].filter((fact) => fact !== "");
  const comment = [text.trim(), facts.join(" ")].filter((part) => part !== "").join("\n\n");
  return comment.replaceAll("*/", "*\\/");
}

function bounds(unit: string, least: number | undefined, most: number | undefined): string {
  const low = least === undefined || (least === 0 && unit !== "") ? undefined : least;
  if (low === undefined && most === undefined) return "";
  if (low === undefined) return `At most ${most}${unit}.`;
  if (most === undefined) return `At least ${low}${unit}.`;
  return low === most ? `Exactly ${low}${unit}.` : `${low} to ${most}${unit}.`;
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value).replaceAll("`", "'");
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
