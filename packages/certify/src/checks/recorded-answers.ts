import { type Contract, type Json, joinPointer, type Operation } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { defineCheck, type Finding } from "../check.ts";
import { playAnswer } from "../examples/play-answer.ts";

export const recordedAnswers = defineCheck({
  id: "MC019",
  name: "recorded-answers",
  severity: "certification",
  title: "The output schema accepts every recorded answer, and a recorded answer has every key that the sample has.",
  why: "A sample that shows more than the vendor sends makes people build on fields that never come.",
  reading:
    "Recorded answers are the `response` of examples, and the outputs that scenarios of the connector's folder expect. The sample is the example's `output` next to it, or that of the first example.",
  bad: {
    contract: {
      operations: {
        whoAmI: {
          examples: [
            { input: {}, output: { id: "u1", name: "Ada" } },
            { input: {}, response: { status: 200, body: { id: 7, name: "Ada" } } },
          ],
        },
      },
    },
  },
  good: {
    contract: {
      operations: {
        whoAmI: {
          examples: [
            { input: {}, output: { id: "u1", name: "Ada" } },
            { input: {}, response: { status: 200, body: { id: "u7", name: "Grace", plan: "free" } } },
          ],
        },
      },
    },
  },
  run: ({ contract, files }) => [
    ...Object.entries(contract.operations).flatMap(([name, operation]) => recordedFaults(contract, name, operation)),
    ...[...(files ?? [])].flatMap(([path, text]) =>
      /^scenarios\/.*\.json$/.test(path) ? scenarioFaults(contract, path, text) : [],
    ),
  ],
});

function recordedFaults(contract: Contract, name: string, operation: Operation): readonly Finding[] {
  const sample = operation.examples.find(({ output }) => output !== undefined)?.output;
  return operation.examples.flatMap((example, index): readonly Finding[] => {
    if (example.response === undefined) return [];
    const played = playAnswer(contract, name, example);
    if (played.as !== "success" || played.output === undefined) return [];
    const path = joinPointer("operations", name, "examples", index, "response", "body");
    return [
      ...refused(contract, operation, played.output, path),
      ...(example.output === undefined && sample !== undefined ? missingKeys(sample, played.output, path) : []),
    ];
  });
}

function refused({ schemas }: Contract, { output }: Operation, value: Json, path: string): readonly Finding[] {
  const found = compileSchema(output, schemas === undefined ? {} : { schemas })(value).diagnostics[0];
  return found === undefined
    ? []
    : [{ code: "INVALID_OUTPUT", path, message: `is a recorded answer that the output schema refuses: ${found.message}` }];
}

function missingKeys(sample: Json, recorded: Json, path: string): readonly Finding[] {
  const keys = keysOf(recorded);
  return keysOf(sample)
    .filter((key) => !keys.includes(key))
    .map((key) => ({ code: "INVALID_EXAMPLE", path, message: `is a recorded answer without "${key}", which the sample has` }));
}

const keysOf = (value: Json): readonly string[] =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];

/** What a scenario expects is a part of the output; what stands there must be declared. */
function scenarioFaults(contract: Contract, file: string, text: string): readonly Finding[] {
  const scenario = parsed(text);
  const name = typeof scenario?.operation === "string" ? scenario.operation : undefined;
  const operation = name === undefined || !Object.hasOwn(contract.operations, name) ? undefined : contract.operations[name];
  const output = scenario?.expect?.output;
  if (operation === undefined || output === undefined || scenario?.expect?.outcome !== "success") return [];
  const { required: _, ...partly } = operation.output;
  const { schemas } = contract;
  const found = compileSchema(
    partly,
    schemas === undefined ? {} : { schemas },
  )(output).diagnostics.find(({ code }) => code !== "MISSING_KEY");
  if (found === undefined) return [];
  return [
    {
      code: "INVALID_OUTPUT",
      path: joinPointer("operations", name ?? "", "output"),
      file,
      message: `${file} expects what the output schema refuses: ${found.message}`,
    },
  ];
}

interface Scenario {
  readonly operation?: unknown;
  readonly expect?: { readonly outcome?: unknown; readonly output?: Json };
}

function parsed(text: string): Scenario | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Scenario) : undefined;
  } catch {
    return undefined;
  }
}
