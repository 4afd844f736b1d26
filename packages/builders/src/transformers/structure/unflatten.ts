import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { fieldOf, isRecord, perRecord, perRecordType, setField } from "../records.ts";

const Params = Type.Object(
  { separator: Type.Optional(Type.String({ title: "Separator", minLength: 1, default: "." })) },
  { additionalProperties: false },
);

/** Levels that one name may open. */
const MAX_LEVELS = 32;

export const unflatten = defineTransformer({
  name: "unflatten",
  title: "Nest by names",
  description: "Makes nested records of names such as address.city: the opposite of flatten.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input) => perRecordType(input, () => ({ type: "object" })),
  compile: ({ separator = "." }) =>
    perRecord("unflatten", (record, _, index) => {
      const made: { [field: string]: Json } = {};
      const owned = new Set<Json>();
      for (const [name, value] of Object.entries(record)) {
        const path = name.split(separator);
        if (path.length > MAX_LEVELS) throw fault(name, `opens more than ${MAX_LEVELS} levels`, index);
        let at = made;
        for (const step of path.slice(0, -1)) {
          const known = fieldOf(at, step);
          if (known !== undefined && !(isRecord(known) && owned.has(known)))
            throw fault(name, "needs a record, found a value", index);
          const next: { [field: string]: Json } = known === undefined ? {} : (known as { [field: string]: Json });
          if (known === undefined) setField(at, step, next);
          owned.add(next);
          at = next;
        }
        const last = path.at(-1) ?? name;
        if (fieldOf(at, last) !== undefined) throw fault(name, "needs a value, found a record", index);
        setField(at, last, value);
      }
      return made;
    }),
});

function fault(name: string, what: string, index: number): MortiseError {
  return new MortiseError("TRANSFORM_FAILED", `unflatten: "${name}" of record ${index} ${what}`);
}
