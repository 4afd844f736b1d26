import type { ASTNode } from "@marcbachmann/cel-js";
import type { CompileContext } from "./compiled-node.ts";

/** The paths that surely exist, and those that are not null, where the condition came out as `outcome`: by `has(…)` and `… != null`. */
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
      const path = pathOf(args[0]) ?? [];
      const parents = path.slice(1).map((_, i) => notNull(path.slice(0, i + 1)));
      return [...prefixes(path), ...parents];
    }
    case "!=":
    case "==":
      return outcome === (condition.op === "!=") ? comparedWithNull(condition.args) : [];
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

/** The path that is compared with null, and what is around it. */
function comparedWithNull([left, right]: readonly [ASTNode, ASTNode]): readonly string[] {
  const isNull = (ast: ASTNode) => ast.op === "value" && ast.args === null;
  const path = (isNull(right) ? pathOf(left) : isNull(left) ? pathOf(right) : undefined) ?? [];
  return path.flatMap((_, i) => {
    const part = path.slice(0, i + 1);
    return [part.join("."), notNull(part)];
  });
}

/** How {@link CompileContext.present} says that the value at a path is not null. */
export function notNull(path: readonly string[]): string {
  return `${path.join(".")} != null`;
}

/** `a.b["c"]` as its names; undefined for anything else. */
export function pathOf(ast: ASTNode): readonly string[] | undefined {
  if (ast.op === "id") return [ast.args];
  if (ast.op !== "." && ast.op !== "[]") return undefined;
  const parent = pathOf(ast.args[0]);
  const key = typeof ast.args[1] === "string" ? ast.args[1] : ast.args[1].op === "value" ? ast.args[1].args : undefined;
  return parent && typeof key === "string" ? [...parent, key] : undefined;
}

function prefixes(path: readonly string[] | undefined): readonly string[] {
  return (path ?? []).map((_, i) => (path ?? []).slice(0, i + 1).join("."));
}
