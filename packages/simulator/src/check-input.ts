import { type Contract, type Diagnostic, type Operation, parsePointer, selfContained } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { schemasAt, typesOf } from "./schema-at.ts";
import type { WireInput } from "./wire-input.ts";

/**
 * What is wrong with the input of a request by the operation's schema, as far as the request tells it. A request of a batch has only some
 * of the items.
 */
export function checkInput(contract: Contract, operation: Operation, { input, known }: WireInput): readonly Diagnostic[] {
  const { schemas } = contract;
  const validate = compileSchema(operation.input, schemas === undefined ? {} : { schemas });
  const { diagnostics } = validate(input);
  if (diagnostics.length === 0) return diagnostics;
  const root = selfContained(operation.input, schemas);
  return diagnostics.filter(({ code, path }) => {
    if (path === operation.batch?.input) return false;
    const place = parsePointer(path) ?? [];
    const isTold = known.some((each) => each.every((segment, index) => place[index] === segment));
    return isTold && !(code === "MISSING_KEY" && mayBeLeftOut(typesOf(schemasAt(root, place, root))));
  });
}

/** Null, and a list or an object of nothing, are not written at all. */
const mayBeLeftOut = (types: ReadonlySet<string>): boolean => ["null", "array", "object"].some((type) => types.has(type));
