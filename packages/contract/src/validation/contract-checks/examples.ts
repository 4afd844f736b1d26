import type { Diagnostic } from "../../diagnostic.ts";
import type { Json, JsonSchemaObject } from "../../json.ts";
import { joinPointer } from "../../json-pointer.ts";
import { checkSchema } from "../check-schema.ts";
import { compileSchema } from "../compile-schema.ts";
import { asList, asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem } from "../problem.ts";

/** Every example keeps to the schemas that it illustrates, and every operation has one. */
export function checkExamples(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.operations).flatMap(([name, operation]) => {
    const at = joinPointer("operations", name, "examples");
    const examples = asList(operation.examples);
    if (Array.isArray(operation.examples) && examples.length === 0) {
      return [problem("MISSING_KEY", at, "is empty; give at least one pair of input and output", { severity: "warning" })];
    }
    return examples.flatMap((example, index) => [
      ...faults(operation.input, example, "input", `${at}/${index}`),
      ...faults(operation.output, example, "output", `${at}/${index}`),
    ]);
  });
}

function faults(schema: unknown, example: unknown, part: "input" | "output", at: string): readonly Diagnostic[] {
  const value = own(example, part);
  if (value === undefined || checkSchema(asObject(schema)).some(({ severity }) => severity === "error")) return [];
  return compileSchema(asObject(schema) as JsonSchemaObject)(value as Json).diagnostics.map(({ path, message }) => {
    const place = `${at}/${part}${path}`;
    return problem("INVALID_EXAMPLE", place, `breaks the ${part} schema: ${message}`);
  });
}
