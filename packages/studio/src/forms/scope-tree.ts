import type { JsonSchema } from "@mortise/contract";
import { resolve } from "./fields.ts";

/** What kind of data a row holds, for its glyph. */
export type DataType = "text" | "number" | "boolean" | "date" | "email" | "list" | "object" | "file" | "any";

/** A row of the data picker. */
export interface ScopeRow {
  /** CEL that reads it. */
  readonly expression: string;
  readonly label: string;
  readonly type: DataType;
  readonly children: readonly ScopeRow[];
}

const NAME = /^[A-Za-z_]\w*$/;

/** The tree of data that an expression may read, from the scope schema that the checker gives. */
export function scopeTree(scope: JsonSchema | undefined): readonly ScopeRow[] {
  return childrenOf(scope, "", scope, 0);
}

function childrenOf(
  schema: JsonSchema | undefined,
  prefix: string,
  root: JsonSchema | undefined,
  depth: number,
): readonly ScopeRow[] {
  if (depth > 7) return [];
  return Object.entries(resolve(schema, root).properties ?? {}).map(([key, child]) => {
    const expression = prefix === "" ? key : NAME.test(key) ? `${prefix}.${key}` : `${prefix}[${JSON.stringify(key)}]`;
    const resolved = resolve(child, root);
    const type = dataTypeOf(child, root);
    const items = type === "list" ? childrenOf(resolved.items, `${expression}[0]`, root, depth + 1) : [];
    return {
      expression,
      label: resolved.title ?? key,
      type,
      children: type === "list" ? items : childrenOf(child, expression, root, depth + 1),
    };
  });
}

/** The kind of data a schema stands for. */
export function dataTypeOf(schema: JsonSchema | undefined, root: JsonSchema | undefined = schema): DataType {
  const resolved = resolve(schema, root);
  const types = (typeof resolved.type === "string" ? [resolved.type] : (resolved.type ?? [])).filter((type) => type !== "null");
  switch (types.length === 1 ? types[0] : undefined) {
    case "string":
      if (resolved.format === "date" || resolved.format === "date-time") return "date";
      return resolved.format === "email" ? "email" : "text";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return "list";
    case "object":
      return "object";
    default:
      return resolved.properties ? "object" : "any";
  }
}

/** Rows whose label or path holds the words, with the rows that lead to them. */
export function searchScope(rows: readonly ScopeRow[], words: string): readonly ScopeRow[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === "") return rows;
  return rows.flatMap((row) => {
    const children = searchScope(row.children, words);
    const hit = row.label.toLowerCase().includes(wanted) || row.expression.toLowerCase().includes(wanted);
    return hit || children.length > 0 ? [{ ...row, children: hit ? row.children : children }] : [];
  });
}
