import { type Json, type JsonSchemaObject, joinPointer } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { defineCheck, type Finding } from "../check.ts";
import { runExamples } from "../examples/run-examples.ts";
import type { LintContext } from "../lint-context.ts";

export const samples = defineCheck({
  id: "MC018",
  name: "samples",
  severity: "error",
  title:
    "Examples keep to their schemas, have every required key, and come true: an answer gives its output, what must fail fails.",
  why: "Examples are what people build with before the first call, and what mocks answer; a wrong one teaches the wrong shape.",
  reading:
    "Examples with a `response` run through the operation's outcome table and output; counter-examples without one must be refused by the input schema. An operation without an example is a warning.",
  bad: { contract: { operations: { whoAmI: { examples: [{ input: {}, output: { id: "u1" } }] } } } },
  good: { contract: { operations: { whoAmI: { examples: [{ input: {}, output: { id: "u1", name: "Grace" } }] } } } },
  adopts: ({ code, path }) =>
    code === "INVALID_EXAMPLE" || (code === "MISSING_KEY" && /^\/operations\/[^/]+\/examples$/.test(path)),
  run: (context) => [...triggerFaults(context), ...runExamples(context.contract)],
});

function triggerFaults({ contract }: LintContext): readonly Finding[] {
  const { schemas } = contract;
  const options = schemas === undefined ? {} : { schemas };
  return Object.entries(contract.triggers ?? {}).flatMap(([name, trigger]) => {
    const at = joinPointer("triggers", name, "examples");
    if (trigger.examples.length === 0) {
      const message = "is empty; give at least one event";
      return [{ code: "MISSING_KEY" as const, path: at, message, severity: "warning" as const }];
    }
    const faults = (schema: JsonSchemaObject, value: Json | undefined, path: string): readonly Finding[] =>
      value === undefined
        ? []
        : compileSchema(
            schema,
            options,
          )(value).diagnostics.map((found) => ({
            code: "INVALID_EXAMPLE",
            path: path + found.path,
            message: `breaks its schema: ${found.message}`,
          }));
    return trigger.examples.flatMap((example, index) => [
      ...faults(trigger.input, example.input, `${at}/${index}/input`),
      ...faults(trigger.output, example.output, `${at}/${index}/output`),
    ]);
  });
}
