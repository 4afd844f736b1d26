import type { ASTNode } from "@marcbachmann/cel-js";
import type { CompileContext } from "./compiled-node.ts";

/** The paths that surely exist where the condition came out as `outcome`: those under `has(…)`. */
export function provenPaths(condition: ASTNode, outcome: boolean): readonly string[] {
  switch (condition.op) {
    case "!_":
      return provenPaths(condition.args, !outcome);
    case "&&":
      return outcome ? condition.args.flatMap((each) => provenPaths(each, true)) : [];
    case "||":
      return outcome ? [] : condition.args.flatMap((each) => provenPaths(each, false));
    case "call": {
      const [name, args] = condition.args;
      if (name !== "has" || !outcome || args[0] === undefined) return [];
      return prefixes(pathOf(args[0]));
    }
    default:
      return [];
  }
}

/** Runs `compile` where these paths are known to be present. */
export function withPresent<T>(context: CompileContext, paths: readonly string[], compile: () => T): T {
  const added = paths.filter((path) => !context.present.has(path));
  for (const path of added) context.present.add(path);
  try {
    return compile();
  } finally {
    for (const path of added) context.present.delete(path);
  }
}

/** `a.b["c"]` as its names; undefined for anything else. */
function pathOf(ast: ASTNode): readonly string[] | undefined {
  if (ast.op === "id") return [ast.args];
  if (ast.op !== "." && ast.op !== "[]") return undefined;
  const parent = pathOf(ast.args[0]);
  const key = typeof ast.args[1] === "string" ? ast.args[1] : ast.args[1].op === "value" ? ast.args[1].args : undefined;
  return parent && typeof key === "string" ? [...parent, key] : undefined;
}

function prefixes(path: readonly string[] | undefined): readonly string[] {
  return (path ?? []).map((_, i) => (path ?? []).slice(0, i + 1).join("."));
}
