import type { Diagnostic } from "../../diagnostic.ts";
import type { Json, JsonSchema, JsonSchemaObject } from "../../json.ts";
import { joinPointer } from "../../json-pointer.ts";
import { checkSchema } from "../check-schema.ts";
import { compileSchema, type Validator } from "../compile-schema.ts";
import { fitsSchema } from "../fits-schema.ts";
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
    return [
      ...examples.flatMap((example, index) => [
        ...faults(contract, operation.input, example, "input", `${at}/${index}`),
        ...faults(contract, operation.output, example, "output", `${at}/${index}`),
      ]),
      ...asList(operation.counterExamples).flatMap((example, index) =>
        acceptedFaults(contract, operation.input, example, joinPointer("operations", name, "counterExamples", index)),
      ),
    ];
  });
}

/** An input that must be refused and is not proves that the schema says too little. */
function acceptedFaults(contract: Loose, schema: unknown, example: unknown, at: string): readonly Diagnostic[] {
  const input = own(example, "input");
  if (input === undefined || own(example, "response") !== undefined || unsound(schema, contract.schemas)) return [];
  return compile(schema, contract.schemas)(input as Json).ok
    ? [problem("INVALID_EXAMPLE", `${at}/input`, "must be refused, but the input schema accepts it")]
    : [];
}

function unsound(schema: unknown, schemas: unknown): boolean {
  return checkSchema(asObject(schema), "", schemas).some(({ severity }) => severity === "error");
}

function fits(schema: unknown, value: unknown, schemas: unknown): boolean {
  return fitsSchema(schema, value as Json, asObject(schemas) as { readonly [name: string]: JsonSchema }) === true;
}

function compile(schema: unknown, schemas: unknown): Validator {
  return compileSchema(asObject(schema) as JsonSchemaObject, {
    schemas: asObject(schemas) as { readonly [name: string]: JsonSchema },
  });
}

function faults(contract: Loose, schema: unknown, example: unknown, part: "input" | "output", at: string): readonly Diagnostic[] {
  const value = own(example, part);
  if (value === undefined || fits(schema, value, contract.schemas) || unsound(schema, contract.schemas)) return [];
  return compile(
    schema,
    contract.schemas,
  )(value as Json).diagnostics.map(({ path, message }) => {
    const place = `${at}/${part}${path}`;
    return problem("INVALID_EXAMPLE", place, `breaks the ${part} schema: ${message}`);
  });
}
