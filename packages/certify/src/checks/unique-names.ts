import { joinPointer } from "@mortise/contract";
import { defineCheck } from "../check.ts";
import type { LintContext } from "../lint-context.ts";

export const uniqueNames = defineCheck({
  id: "MC002",
  name: "unique-names",
  severity: "error",
  title: "Names have the form of their kind, and no two differ by case alone.",
  why: "Names stand in workflows, paths, generated types and file names; two that differ by case alone are one on some of these.",
  reading:
    "Operations, triggers and budgets are camelCase, connectors kebab-case; a map key is the only name a part has, so it cannot differ from an inner one.",
  bad: { contract: { budgets: { Api: { concurrency: 4, scope: "connection" } } } },
  good: { contract: { budgets: { slow: { concurrency: 4, scope: "connection" } } } },
  adopts: ({ code, message }) => code === "DUPLICATE_NAME" || message.includes(": the name is not allowed;"),
  run: ({ contract }) => KINDS.flatMap((kind) => twins(kind, Object.keys(contract[kind] ?? {}))),
});

const KINDS = ["operations", "triggers", "budgets", "auth"] as const satisfies readonly (keyof LintContext["contract"])[];

function twins(kind: string, names: readonly string[]) {
  const first = new Map<string, string>();
  return names.flatMap((name) => {
    const folded = name.toLowerCase();
    const twin = first.get(folded);
    first.set(folded, twin ?? name);
    if (twin === undefined) return [];
    const message = `differs from "${twin}" by case alone; give one of the two another name`;
    return [{ code: "DUPLICATE_NAME" as const, path: joinPointer(kind, name), message }];
  });
}
