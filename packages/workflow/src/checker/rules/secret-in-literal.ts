import type { Diagnostic, Json } from "@mortise/contract";
import { joinPointer } from "@mortise/contract";
import { isObject } from "../../model/loose.ts";
import { looksSecret, namesSecret } from "./looks-secret.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** Anything shorter is found by its name alone, if at all. */
const SHORTEST = 6;

/** A document holds no secrets: it is shown, versioned and shared. */
export const secretInLiteral: WorkflowRule = {
  code: "SECRET_IN_LITERAL",
  check: ({ workflow }) => {
    const found: Diagnostic[] = [];
    for (const key of ["trigger", "nodes", "output"] as const)
      search(workflow[key] as unknown as Json, joinPointer(key), key, found);
    return found;
  },
};

function search(value: Json | undefined, path: string, name: string, found: Diagnostic[]): void {
  if (typeof value === "string") report(value, path, name, found);
  else if (Array.isArray(value))
    for (const [i, each] of (value as readonly Json[]).entries()) search(each, `${path}/${i}`, name, found);
  else if (isObject(value))
    for (const [key, each] of Object.entries(value)) {
      // What a computed value or a node says is named by the field around it.
      search(each as Json, path + joinPointer(key), key.startsWith("$") ? name : key, found);
    }
}

/** Text in a literal, and texts quoted in an expression. */
function report(text: string, path: string, name: string, found: Diagnostic[]): void {
  if (text.length < SHORTEST) return;
  const isExpression = path.endsWith("/$cel") || path.endsWith("/$text");
  const candidates = isExpression
    ? [...text.matchAll(/"([^"\\]*)"|'([^'\\]*)'/g)].map((each) => each[1] ?? each[2] ?? "")
    : [text];
  for (const candidate of [...candidates, ...(path.endsWith("/$text") ? text.split(/\s+/) : [])]) {
    const kind =
      looksSecret(candidate) ?? (namesSecret(name, candidate) ? `a secret by the name of its field, "${name}"` : undefined);
    if (kind === undefined) continue;
    const message = `Here is what looks like ${kind} (${candidate.length} characters). Whoever can read the workflow can read it.`;
    const title = "Put it into the connection, and renew it: it has been seen.";
    found.push(finding("SECRET_IN_LITERAL", "warning", path, message, { title }));
    return;
  }
}
