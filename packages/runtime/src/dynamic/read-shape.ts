import { compileValue } from "@mortise/builders";
import { type FieldSource, type JsonSchemaObject, MortiseError } from "@mortise/contract";
import { checkSchema } from "@mortise/contract/validation";
import { callSource, keptAnswer, peekAnswer, type Source } from "./ask-source.ts";
import { shapeOf } from "./shape-of.ts";

/** Reads the shape of a field: a JSON Schema of plain keywords. Throws `INVALID_OUTPUT` where the source tells none. */
export async function readShape(source: Source, spec: FieldSource): Promise<JsonSchemaObject> {
  const { connection } = source.call;
  const shape = await keptAnswer(source, { schema: spec.schema }, async () => {
    const output = await callSource(source);
    const told = compileValue(spec.schema).evaluate({ output, settings: connection.settings });
    const made = shapeOf(told);
    const [problem] = made === undefined ? [] : checkSchema(made).filter(({ severity }) => severity === "error");
    if (made !== undefined && problem === undefined) return made as never;
    throw new MortiseError(
      "INVALID_OUTPUT",
      `${source.operation}: what it says about the fields is no JSON Schema and no list of fields${problem === undefined ? "" : `: ${problem.message}`}.`,
    );
  });
  return shape as unknown as JsonSchemaObject;
}

/** The shape of a field as far as it is known without asking anybody. */
export function peekShape(source: Source, spec: FieldSource): JsonSchemaObject | undefined {
  return peekAnswer(source, { schema: spec.schema }) as unknown as JsonSchemaObject | undefined;
}
