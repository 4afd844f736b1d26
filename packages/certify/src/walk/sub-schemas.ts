import { type JsonSchema, type JsonSchemaObject, joinPointer } from "@mortise/contract";

const ONE = [
  "items",
  "additionalProperties",
  "contains",
  "not",
  "if",
  "then",
  "else",
  "unevaluatedItems",
  "unevaluatedProperties",
] as const;
const LIST = ["prefixItems", "anyOf", "oneOf", "allOf"] as const;
const MAP = ["properties", "patternProperties", "$defs", "dependentSchemas"] as const;

/** The schemas directly inside of a schema, with their places. References are not followed; what is no schema is left out. */
export function subSchemas(schema: JsonSchemaObject, at: string): readonly (readonly [path: string, schema: JsonSchemaObject])[] {
  const found: [string, JsonSchemaObject][] = [];
  const add = (path: string, child: JsonSchema | undefined): void => {
    if (typeof child === "object" && child !== null && !Array.isArray(child)) found.push([path, child]);
  };
  for (const key of ONE) add(`${at}/${key}`, schema[key]);
  for (const key of LIST) {
    const list = schema[key];
    if (Array.isArray(list)) list.forEach((child, index) => void add(`${at}/${key}/${index}`, child));
  }
  for (const key of MAP) {
    const map = schema[key];
    if (typeof map === "object" && map !== null)
      for (const [name, child] of Object.entries(map)) add(`${at}/${key}${joinPointer(name)}`, child);
  }
  return found;
}
