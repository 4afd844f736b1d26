import { escapeSegment } from "@mortise/contract";
import type { SchemaImporter } from "../schemas/schema-importer.ts";
import { fieldsOf, typesOf } from "./schema-shape.ts";

const NAMES = ["id", "Id", "ID", "_id", "uuid", "guid", "sid", "key", "node_id"];

/** The field that identifies an item, where one has the usual name and a plain value. */
export function identityOf(item: unknown, schemas: SchemaImporter): readonly string[] {
  const fields = fieldsOf(item, schemas);
  const found = NAMES.find((name) => {
    const types = fields.has(name) ? typesOf(fields.get(name), schemas).filter((type) => type !== "null") : [];
    return types.length > 0 && types.every((type) => type === "string" || type === "integer" || type === "number");
  });
  return found === undefined ? [] : [`/${escapeSegment(found)}`];
}
