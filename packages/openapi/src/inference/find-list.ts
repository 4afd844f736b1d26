import { escapeSegment } from "@mortise/contract";
import { wordsOf } from "../operations/operation-name.ts";
import type { SchemaImporter } from "../schemas/schema-importer.ts";
import { fieldsOf, isListSchema, shapeOf } from "./schema-shape.ts";

/** A list in an output, and the schema of its items. */
export interface FoundList {
  /** JSON pointer; `""`: the output is the list. */
  readonly pointer: string;
  readonly item: unknown;
}

const USUAL = [
  "data",
  "items",
  "results",
  "entries",
  "values",
  "value",
  "records",
  "rows",
  "list",
  "objects",
  "files",
  "elements",
  "resources",
];
const WRAPPERS = ["result", "response", "data", "_embedded", "embedded", "body", "payload", "page"];

/** Where the list of an output is: by its usual names, by the last word of the path, or because there is only one. */
export function findList(output: unknown, path: string, schemas: SchemaImporter): FoundList | undefined {
  if (isListSchema(output, schemas)) return { pointer: "", item: shapeOf(output, schemas)?.items };
  const fields = fieldsOf(output, schemas);
  const direct = pick(fields, path, schemas);
  if (direct !== undefined) return direct;
  for (const name of WRAPPERS) {
    const wrapped = fields.get(name);
    const inner = wrapped === undefined ? undefined : pick(fieldsOf(wrapped, schemas), path, schemas);
    if (inner !== undefined) return { ...inner, pointer: `/${escapeSegment(name)}${inner.pointer}` };
  }
  return undefined;
}

function pick(fields: ReadonlyMap<string, unknown>, path: string, schemas: SchemaImporter): FoundList | undefined {
  const lists = [...fields].filter(([, schema]) => isListSchema(schema, schemas));
  const last = folded(path.split("/").findLast((part) => part !== "" && !part.startsWith("{")) ?? "");
  const byName = USUAL.flatMap((name) => lists.filter(([field]) => field.toLowerCase() === name))[0];
  const byPath = lists.find(([field]) => last !== "" && folded(field) === last);
  const others = lists.filter(([field]) => !/^(errors?|warnings?|links|messages)$/i.test(field));
  const found = byName ?? byPath ?? (others.length === 1 ? others[0] : undefined);
  return found && { pointer: `/${escapeSegment(found[0])}`, item: shapeOf(found[1], schemas)?.items };
}

const folded = (text: string): string =>
  wordsOf(text.replace(/\.[a-z]+$/, ""))
    .join("")
    .toLowerCase();
