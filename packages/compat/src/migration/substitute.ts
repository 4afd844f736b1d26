import { type Json, type JsonObject, MortiseError, type Value } from "@mortise/contract";
import { runValue } from "./run-value.ts";
import type { ValueCompiler } from "./value-compiler.ts";

/** A read of one field: `input.a.b`, also with `?` before a key that may be missing. */
const READ = /^input((?:\.\??[A-Za-z_][A-Za-z0-9_]*)+)(\.orValue\(null\))?$/;

/**
 * A migration's value with the values of a workflow's node in the place of what it reads: `{"$cel": "input.email"}` becomes whatever the
 * node has for `email`, computed or not. Throws `MIGRATION_FAILED` where the node's values would have to be known.
 */
export function substitute(value: Value, given: Json, path: string, compile: ValueCompiler): Json {
  if (!isComputed(given)) return runValue(value, { input: given }, `${path}/input`, compile);
  const filled = fill(value, given, path);
  return filled === undefined ? null : filled;
}

function fill(value: Value, given: Json, path: string): Json | undefined {
  if (Array.isArray(value)) return value.map((each: Json) => fill(each, given, path) ?? null);
  if (typeof value !== "object" || value === null) return value;
  const object = value as JsonObject;
  const form = ["$cel", "$text", "$map"].find((key) => Object.hasOwn(object, key));
  if (form === undefined) {
    return Object.fromEntries(
      Object.entries(object).flatMap(([key, each]) => {
        const part = fill(each, given, path);
        return part === undefined ? [] : [[key, part]];
      }),
    );
  }
  if (form === "$cel" && object.$cel === "input") return given;
  const read = form === "$cel" ? READ.exec(String(object.$cel)) : null;
  if (read === null) throw computed(path, JSON.stringify(object[form]));
  return lookUp(given, (read[1] ?? "").split(".").slice(1), path, String(object.$cel));
}

function lookUp(given: Json, keys: readonly string[], path: string, text: string): Json | undefined {
  let found: Json | undefined = given;
  for (const key of keys) {
    const name = key.replace("?", "");
    if (typeof found !== "object" || found === null || Array.isArray(found)) throw computed(path, text);
    const object: JsonObject = found as JsonObject;
    if (["$cel", "$text", "$map"].some((form) => Object.hasOwn(object, form))) throw computed(path, text);
    if (!Object.hasOwn(object, name)) {
      if (key.startsWith("?")) return undefined;
      throw new MortiseError("MIGRATION_FAILED", `The migration at ${path} reads "${name}", which the node does not have.`, {
        path,
      });
    }
    found = object[name];
  }
  return found;
}

function isComputed(value: Json): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(isComputed);
  return Object.entries(value).some(
    ([key, each]) => key === "$cel" || key === "$text" || key === "$map" || isComputed(each as Json),
  );
}

function computed(path: string, text: string): MortiseError {
  return new MortiseError(
    "MIGRATION_FAILED",
    `The migration at ${path} computes ${text} from values that are known only when the workflow runs.`,
    {
      path,
    },
  );
}
