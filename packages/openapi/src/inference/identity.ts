import { escapeSegment, parsePointer } from "@mortise/contract";
import type { SchemaImporter } from "../schemas/schema-importer.ts";
import { fieldsOf, shapeOf, typesOf } from "./schema-shape.ts";

/** The schema of the items of a list in an output. Undefined where the pointer leads to no list. */
export function itemAt(output: unknown, pointer: string, schemas: SchemaImporter): unknown {
  const steps = parsePointer(pointer) ?? [];
  const list = steps.reduce<unknown>((found, step) => fieldsOf(found, schemas).get(step), output);
  return shapeOf(list, schemas)?.items;
}

const NAMES = ["id", "Id", "ID", "_id", "uuid", "guid", "sid", "key", "node_id"];

/** The field that identifies an item, where one has the usual name and a plain value. */
export function identityOf(item: unknown, schemas: SchemaImporter): readonly string[] {
  const fields = fieldsOf(item, schemas);
  const found = NAMES.find((name) => {
    const types = fields.has(name) ? plainTypes(fields.get(name), schemas) : [];
    return types.length > 0 && types.every((type) => type === "string" || type === "integer" || type === "number");
  });
  return found === undefined ? [] : [`/${escapeSegment(found)}`];
}

/** The types of a field but null; those of its alternatives where it says none itself. */
function plainTypes(schema: unknown, schemas: SchemaImporter): readonly string[] {
  const types = typesOf(schema, schemas);
  const shape = shapeOf(schema, schemas);
  const branches = [shape?.anyOf, shape?.oneOf].flatMap((list) => (Array.isArray(list) ? (list as readonly unknown[]) : []));
  const found = types.length > 0 ? types : branches.flatMap((branch) => typesOf(branch, schemas));
  return found.filter((type) => type !== "null");
}
