import { type CompiledValue, compileValue } from "@mortise/builders";
import type { Json, JsonObject } from "@mortise/contract";
import { isObject } from "../../model/loose.ts";
import { allFlows, type FlowTree, flowsAt, flowTree, joinTrees, NO_FLOWS } from "./flow-tree.ts";

/** The data behind a name that expressions know; undefined: none. */
export type FlowScope = (root: string, path: readonly string[]) => FlowTree;

/** The data in a value, by what it reads: a path keeps its fields, what is computed holds all that it reads. */
export function flowsOfValue(value: Json, scope: FlowScope): FlowTree {
  if (typeof value !== "object" || value === null) return NO_FLOWS;
  if (Array.isArray(value))
    return flowTree([], [["*", joinTrees((value as readonly Json[]).map((each) => flowsOfValue(each, scope)))]]);
  const keys = Object.keys(value);
  const [form = ""] = keys;
  if (keys.length === 1 && form.startsWith("$")) return flowsOfForm(form, value as JsonObject, scope);
  return flowTree(
    [],
    Object.entries(value as JsonObject).map(([key, each]) => [key, flowsOfValue(each, scope)] as const),
  );
}

function flowsOfForm(form: string, value: JsonObject, scope: FlowScope): FlowTree {
  if (form === "$map" && Array.isArray(value.$map)) return flowsOfPipeline(value.$map as readonly Json[], scope);
  const { reads } = compileValue(value);
  const [read, ...others] = reads;
  if (read === undefined) return NO_FLOWS;
  if (form === "$cel" && others.length === 0 && isPath(value.$cel, read)) return follow(read, scope);
  return whole(reads, scope);
}

/** What a transformer that only chooses, renames or sorts leaves of each field; all others make new values of all they get. */
function flowsOfPipeline(steps: readonly Json[], scope: FlowScope): FlowTree {
  const [first] = steps;
  const hasSource = isObject(first) && "from" in first;
  const source = hasSource ? flowsOfValue(first.from as Json, scope) : joinTrees([scope("item", []), scope("batch", [])]);
  return steps.slice(hasSource ? 1 : 0).reduce<FlowTree>((tree, step) => transformed(tree, step, scope), source);
}

/** Those that keep, drop or sort rows and leave each as it is. */
const KEEPING: ReadonlySet<string> = new Set(["filter", "limit", "sort", "unique"]);

function transformed(tree: FlowTree, step: Json, scope: FlowScope): FlowTree {
  const [name = "", params] = isObject(step) ? (Object.entries(step)[0] ?? []) : [];
  if (KEEPING.has(name)) return tree;
  const fields = isObject(params) ? params.fields : undefined;
  const names = Array.isArray(fields) ? new Set<unknown>(fields) : undefined;
  if (name === "pick" && names) return eachRow(tree, (row) => [...row.fields].filter(([key]) => names.has(key)));
  if (name === "omit" && names) return eachRow(tree, (row) => [...row.fields].filter(([key]) => !names.has(key)));
  if (name === "rename" && isObject(fields))
    return eachRow(tree, (row) => [...row.fields].map(([key, each]) => [String(fields[key] ?? key), each] as const));
  if (name === "set" && isObject(fields)) return eachRow(tree, (row) => [...row.fields, ...newFields(row, fields, scope)]);
  if (name === "mask" && isObject(params) && hidesAll(params)) return masked(tree, params, names);
  const given = flowsOfValue((params ?? null) as Json, (root, path) => (root === "row" ? NO_FLOWS : scope(root, path)));
  return flowTree([...allFlows(tree), ...allFlows(given)]);
}

/** Characters that a mask may leave for the data to count as hidden. */
const MOST_LEFT = 4;

/** Whether a mask hides what it is given. A digest does not: what can be guessed can be found by its digest. */
function hidesAll({ keepStart = 0, keepEnd = 0 }: { readonly [name: string]: unknown }): boolean {
  return Number(keepStart) + Number(keepEnd) <= MOST_LEFT;
}

function masked(tree: FlowTree, params: { readonly [name: string]: unknown }, names: ReadonlySet<unknown> | undefined): FlowTree {
  if (names === undefined) return NO_FLOWS;
  if (typeof params.into === "string") return eachRow(tree, (row) => [...row.fields].filter(([key]) => key !== params.into));
  return eachRow(tree, (row) => [...row.fields].filter(([key]) => !names.has(key)));
}

function newFields(row: FlowTree, fields: { readonly [name: string]: unknown }, scope: FlowScope) {
  const inRow: FlowScope = (root, path) => (root === "row" ? row : scope(root, path));
  return Object.entries(fields).map(([key, each]) => [key, flowsOfValue(each as Json, inRow)] as const);
}

/** Changes the fields of every row of a list, or of the one record. */
function eachRow(tree: FlowTree, change: (row: FlowTree) => readonly (readonly [string, FlowTree])[]): FlowTree {
  const row = tree.fields.get("*");
  if (row !== undefined) return flowTree(tree.own, [["*", flowTree(row.own, change(row))]]);
  return flowTree(tree.own, change(tree));
}

/** Everything that is read, whichever part of it is used. */
function whole(reads: CompiledValue["reads"], scope: FlowScope): FlowTree {
  return flowTree(reads.flatMap((read) => allFlows(follow(read, scope))));
}

function follow([root = "", ...path]: readonly string[], scope: FlowScope): FlowTree {
  return root === "steps" ? scope(root, path) : flowsAt(scope(root, []), path);
}

/** Whether an expression is exactly the path `a.b.c`. */
function isPath(source: Json | undefined, path: readonly string[]): boolean {
  return typeof source === "string" && !path.includes("*") && source.trim() === path.join(".");
}
