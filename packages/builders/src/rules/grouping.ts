import type { Json } from "@mortise/contract";
import Type from "typebox";

/** Groups of rows that are checked on their own. */
export const By = Type.Optional(
  Type.Array(Type.String({ minLength: 1 }), {
    title: "For each",
    "x-help": "Groups that agree in these fields are checked on their own. Absent: all together.",
  }),
);

/** The last value of each group, kept in the memory of a list under the rule's id. */
export function lastValues(memory: Map<string, unknown>, id: string): Map<string, Json> {
  const known = memory.get(id) as Map<string, Json> | undefined;
  if (known) return known;
  const made = new Map<string, Json>();
  memory.set(id, made);
  return made;
}
