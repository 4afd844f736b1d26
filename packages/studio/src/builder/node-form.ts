import type { JsonSchema } from "@mortise/contract";
import type { Check } from "../api/types.ts";
import { slotsOf } from "../document/core-shapes.ts";
import { type Field, fieldsOf, resolve } from "../forms/fields.ts";
import type { FormSettings } from "../forms/form-context.tsx";
import { scopeTree } from "../forms/scope-tree.ts";

/** The fields of a step's form: what its schema says, without node sets, and with the editor for rules where a step has rules. */
export function nodeFields(use: string, schema: JsonSchema | undefined): readonly Field[] {
  const slots = slotsOf(use);
  return fieldsOf(schema)
    .filter((field) => !slots.includes(field.key))
    .map((field) => (hasRules(use) && field.key === "rules" ? { ...field, kind: "rules", modes: ["fixed"] } : field));
}

/** What the fields of a step's form share: the problems, the data it may read and the rows it is about. */
export function nodeForm(use: string, { diagnostics, types }: Check, name: string): FormSettings {
  const { scope, output } = types.nodes[name] ?? {};
  const row = hasRules(use) ? resolve(resolve(output, output).properties?.valid, output).items : undefined;
  return {
    computed: true,
    issues: diagnostics,
    ...(scope === undefined ? {} : { scope: scopeTree(scope), scopeSchema: scope }),
    ...(row === undefined ? {} : { row }),
  };
}

function hasRules(use: string): boolean {
  return use === "core/validate";
}
