import type { JsonSchema } from "@mortise/contract";
import { type Field, fieldOf, fieldsOf } from "./fields.ts";

/** Parameters that name columns of the rows, or lists of them. */
const OF_COLUMNS: ReadonlySet<string> = new Set(["field", "fields", "by", "of"]);
/** Parameters that take any value, but no computed one. */
const LITERAL: ReadonlySet<string> = new Set(["default"]);

/** The fields of a rule or a transformer: as its schema says, with columns offered where columns are named and data where it is computed. */
export function paramFields(params: JsonSchema): readonly Field[] {
  return fieldsOf(params)
    .filter(({ key }) => key !== "rule")
    .map((field) => mark(field, field.key));
}

function mark(field: Field, name: string): Field {
  switch (field.kind) {
    case "text":
      return OF_COLUMNS.has(name) ? { ...field, kind: "column" } : field;
    case "list":
      return markList(field, name);
    case "map":
      return { ...field, ofColumns: OF_COLUMNS.has(name), ...(field.item ? { item: mark(field.item, "") } : {}) };
    case "object":
      if (isExpression(field)) return { ...field, modes: ["mapped", "expression"] };
      return { ...field, children: (field.children ?? []).map((child) => mark(child, child.key)) };
    case "variants":
      return markVariants(field, name);
    case "any":
      return markAny(field, name);
    default:
      return field;
  }
}

function markList(field: Field, name: string): Field {
  const { item } = field;
  if (item?.kind === "text") return { ...field, kind: "tags", ofColumns: OF_COLUMNS.has(name) };
  if (item?.kind === "any") return { ...field, kind: "tags" };
  return item ? { ...field, item: mark(item, "") } : field;
}

/** One shape may be an expression; it becomes a mode of the field. Names beside an expression are names of columns. */
function markVariants(field: Field, name: string): Field {
  const variants = field.variants ?? [];
  const computed = variants.some(isExpression);
  return {
    ...field,
    variants: variants.filter((each) => !isExpression(each)).map((each) => mark(each, computed ? "field" : name)),
    ...(computed ? { modes: ["fixed", "expression"] as const } : {}),
  };
}

/** A value of any kind is a text, a number, a yes/no, or else JSON; computed ones start computed. */
function markAny(field: Field, name: string): Field {
  const shape = (schema: JsonSchema) => ({ ...fieldOf(field.key, schema, field.required), title: field.title });
  const variants = [
    shape({ type: "string" }),
    shape({ type: "number" }),
    shape({ type: "boolean" }),
    shape({ type: "object", "x-widget": "json" }),
  ];
  const literal = { ...field, kind: "variants", variants } as const;
  return LITERAL.has(name) ? literal : { ...literal, modes: ["fixed", "mapped", "expression"], default: { $cel: "" } };
}

function isExpression({ schema }: Field): boolean {
  const names = Object.keys(schema.properties ?? {});
  return names.length === 1 && names[0] === "$cel";
}
