import { type Json, type JsonSchema, type JsonSchemaObject, sharedName } from "@mortise/contract";
import { cell, cellCode, code, table } from "./prose.ts";

const DEEPEST = 4;
const MOST_ROWS = 300;

interface FieldRow {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/** Gives the Markdown link to the schema that operations share under a name. Absent: only the name is shown. */
export type LinkToSchema = (name: string) => string;

/** Where references of one table lead. */
interface References {
  readonly own: { readonly [name: string]: JsonSchema };
  readonly link: LinkToSchema;
}

/**
 * The fields of an object schema as a Markdown table, those inside of other fields too: `columns[].name` is in each element of a list,
 * `fields.*.to` under any key. Schemas that operations share are linked, not unfolded. Empty where the schema names no field.
 */
export function fieldTable(schema: JsonSchemaObject, link: LinkToSchema = code): string {
  const references = { own: schema.$defs ?? {}, link };
  const rows = rowsOf(schema, "", 1, references);
  const shown = rows
    .slice(0, MOST_ROWS)
    .map(({ path, schema: field, required }) => [
      cellCode(path),
      typeWords(field, references),
      required ? "yes" : "",
      cell(describe(field)),
    ]);
  const more = rows.length - shown.length;
  const left = more > 0 ? [["…", "", "", `${more} more fields; contract.json has them all.`]] : [];
  return table(["field", "type", "required", "what"], [...shown, ...left]);
}

/** What a schema accepts, on one line: `list of string or null`. */
export function typeWords(schema: JsonSchema, references: References): string {
  if (typeof schema === "boolean") return schema ? "any" : "nothing";
  const shared = schema.$ref === undefined ? undefined : sharedName(schema.$ref);
  if (shared !== undefined) return references.link(shared);
  const own = ownSchema(schema, references);
  if (own !== undefined) return typeWords(own, { ...references, own: {} });
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return literals(schema.enum);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return distinct(options.map((each) => typeWords(each, references)));
  if (Array.isArray(schema.type)) return schema.type.map(typeName).join(" or ");
  if (schema.type === "array" || schema.items !== undefined) return `list of ${typeWords(schema.items ?? true, references)}`;
  if (schema.type === undefined && schema.allOf?.length)
    return distinct(
      schema.allOf.map((each) => typeWords(each, references)),
      " and ",
    );
  return schema.type === undefined ? (schema.properties ? "object" : "any") : typeName(String(schema.type));
}

/** Any other than the seven is no type, but may stand in a contract that was not checked. */
const typeName = (type: string): string => (/^[a-z]+$/.test(type) ? type : cellCode(String(type)));

function distinct(words: readonly string[], between = " or "): string {
  return [...new Set(words)].join(between);
}

function literals(values: readonly Json[]): string {
  const shown = values.slice(0, 20).map(literal);
  return [...shown, ...(values.length > shown.length ? [`${values.length - shown.length} more`] : [])].join(" or ");
}

const literal = (value: Json): string => cellCode(JSON.stringify(value));

function ownSchema(schema: JsonSchemaObject, { own }: References): JsonSchema | undefined {
  const name = /^#\/\$defs\/([^/]+)$/.exec(schema.$ref ?? "")?.[1];
  return name === undefined ? undefined : own[name];
}

function rowsOf(schema: JsonSchema, prefix: string, depth: number, references: References): readonly FieldRow[] {
  if (typeof schema === "boolean" || depth > DEEPEST) return [];
  const own = ownSchema(schema, references);
  if (own !== undefined) return rowsOf(own, prefix, depth, references);
  const named = Object.entries(schema.properties ?? {}).toSorted(([, a], [, b]) => order(a) - order(b));
  const fields = named.flatMap(([name, field]): readonly FieldRow[] => {
    const path = `${prefix}${name}`;
    const required = schema.required?.includes(name) ?? false;
    return [{ path, schema: field, required }, ...rowsOf(field, `${path}.`, depth + 1, references)];
  });
  const anyKey = [...Object.values(schema.patternProperties ?? {}), schema.additionalProperties ?? false];
  const elements = prefix === "" ? "[]." : `${prefix.slice(0, -1)}[].`;
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return unique([
    ...fields,
    ...anyKey.flatMap((each) => rowsOf(each, `${prefix}*.`, depth, references)),
    ...(schema.items === undefined ? [] : rowsOf(schema.items, elements, depth, references)),
    ...parts.flatMap((each) => rowsOf(each, prefix, depth, references)),
  ]);
}

/** Alternatives often share fields; the first one is shown. */
function unique(rows: readonly FieldRow[]): readonly FieldRow[] {
  const seen = new Set<string>();
  return rows.filter(({ path }) => !seen.has(path) && seen.add(path));
}

function order(schema: JsonSchema): number {
  return typeof schema === "boolean" ? Number.MAX_SAFE_INTEGER : (schema["x-order"] ?? Number.MAX_SAFE_INTEGER);
}

function describe(schema: JsonSchema): string {
  if (typeof schema === "boolean") return "";
  const text = schema.description ?? schema["x-help"] ?? schema.title ?? "";
  const facts = [
    ...(schema.default === undefined ? [] : [`Default: ${code(JSON.stringify(schema.default))}`]),
    ...(schema["x-options"] === undefined ? [] : [`Choices come from ${code(schema["x-options"].operation)}.`]),
    ...(schema["x-fields"] === undefined ? [] : [`Its fields come from ${code(schema["x-fields"].operation)}.`]),
    ...(schema["x-secret"] === true ? ["Secret."] : []),
    ...(schema.deprecated === true ? ["Deprecated."] : []),
  ];
  const sentence = text === "" || facts.length === 0 || /[.!?]$/.test(text) ? text : `${text}.`;
  return [sentence, ...facts].join(" ").trim();
}
