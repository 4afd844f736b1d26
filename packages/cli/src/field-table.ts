import type { JsonSchema, JsonSchemaObject } from "@mortise/contract";

const DEEPEST = 3;

interface FieldRow {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/**
 * The fields of an object schema as a Markdown table, those inside of other fields too: `columns[].name` is in each element of a list,
 * `fields.*.to` under any key. Empty where the schema names no field.
 */
export function fieldTable(schema: JsonSchemaObject): string {
  const rows = rowsOf(schema, "", 1).map(
    ({ path, schema: field, required }) =>
      `| \`${path}\` | ${cell(typeName(field))} | ${required ? "yes" : ""} | ${cell(describe(field))} |`,
  );
  return rows.length === 0 ? "" : ["| field | type | required | what |", "|---|---|---|---|", ...rows].join("\n");
}

function rowsOf(schema: JsonSchema, prefix: string, depth: number): readonly FieldRow[] {
  if (typeof schema === "boolean" || depth > DEEPEST) return [];
  const named = Object.entries(schema.properties ?? {}).toSorted(([, a], [, b]) => order(a) - order(b));
  const fields = named.flatMap(([name, field]): readonly FieldRow[] => {
    const path = `${prefix}${name}`;
    return [{ path, schema: field, required: schema.required?.includes(name) ?? false }, ...rowsOf(field, `${path}.`, depth + 1)];
  });
  const anyKey = [...Object.values(schema.patternProperties ?? {}), schema.additionalProperties ?? false];
  const elements = prefix === "" ? "" : `${prefix.slice(0, -1)}[].`;
  return [
    ...fields,
    ...anyKey.flatMap((each) => rowsOf(each, `${prefix}*.`, depth)),
    ...(schema.items === undefined ? [] : rowsOf(schema.items, elements, depth)),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((each) => rowsOf(each, prefix, depth)),
  ];
}

function order(schema: JsonSchema): number {
  return typeof schema === "boolean" ? Number.MAX_SAFE_INTEGER : (schema["x-order"] ?? Number.MAX_SAFE_INTEGER);
}

function typeName(schema: JsonSchema): string {
  if (typeof schema === "boolean") return "any";
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map(typeName))].join(" or ");
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  if (schema.type === "array") return `list of ${typeName(schema.items ?? true)}`;
  return String(schema.type ?? "any");
}

function describe(schema: JsonSchema): string {
  if (typeof schema === "boolean") return "";
  const text = (schema.description ?? schema["x-help"] ?? schema.title ?? "").replaceAll("<", "&lt;");
  if (schema.default === undefined) return text;
  const sentence = text === "" || /[.!?]$/.test(text) ? text : `${text}.`;
  return `${sentence} Default: \`${JSON.stringify(schema.default)}\``.trim();
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s+/g, " ");
}
