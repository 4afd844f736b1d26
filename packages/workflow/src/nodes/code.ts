import { type Diagnostic, type JsonSchema, MortiseError, parseDuration } from "@mortise/contract";
import { isObject } from "../model/loose.ts";
import { checkJson } from "../schema/check-json.ts";
import { type CoreNode, computed } from "./core-node.ts";
import { durationOf } from "./retry.ts";

const LONGEST_MS = 30_000;

/** Runs JavaScript in the sandbox. */
export const code: CoreNode = {
  spec: {
    use: "core/code",
    title: "Code",
    description:
      "Runs JavaScript in the sandbox: the body of a function of input, whose returned value is the output. It reaches no network, file or secret; steps call other systems.",
    group: "data",
    params: {
      type: "object",
      properties: {
        source: {
          type: "string",
          title: "JavaScript",
          description: "e.g. return { total: input.a + input.b };",
          maxLength: 65_536,
          "x-widget": "code",
          "x-order": 1,
        },
        input: computed({ title: "Input", description: "Absent: an empty record.", "x-order": 2 }),
        inputSchema: {
          type: "object",
          title: "Type of the input",
          description: "JSON Schema.",
          "x-widget": "json",
          "x-order": 3,
        },
        outputSchema: {
          type: "object",
          title: "Type of the output",
          description: "JSON Schema; what the code returns is checked against it.",
          "x-widget": "json",
          "x-order": 4,
        },
        timeout: { type: "string", title: "Time", description: "At most 30s.", default: "1s", "x-advanced": true },
      },
      required: ["source", "outputSchema"],
      additionalProperties: false,
    },
  },

  values: (params) => ("input" in params ? [{ path: ["input"], expects: schemaOf(params.inputSchema) }] : []),

  check: ({ timeout, input, inputSchema }): readonly Diagnostic[] => {
    const [fault] = input === undefined ? checkJson({}, schemaOf(inputSchema)) : [];
    if (fault) {
      const message = "There is no input, so it is an empty record, which the type of the input does not allow.";
      return [{ code: "MISSING_KEY", severity: "error", path: "", message, fix: { title: "Add an input." } }];
    }
    if (typeof timeout !== "string") return [];
    const durationMs = parseDuration(timeout);
    if (durationMs !== undefined && durationMs > 0 && durationMs <= LONGEST_MS) return [];
    const message = `"${timeout}" is no duration of up to 30 seconds; expected e.g. "500ms" or "2s".`;
    return [{ code: "INVALID_VALUE", severity: "error", path: "/timeout", message, fix: { title: 'Write e.g. "2s".' } }];
  },

  output: (params) => schemaOf(params.outputSchema),

  behaviour: {
    kind: "effect",
    repeatable: true,
    compile: (params) => {
      const input = "input" in params.with ? params.value("input") : undefined;
      const expects = schemaOf(params.with.inputSchema);
      const { source, timeout } = params.with;
      const timeoutMs = Math.min(LONGEST_MS, durationOf(timeout, 1_000));
      return (scope) => {
        const value = input ? input.evaluate(scope) : {};
        const [fault] = checkJson(value, expects);
        if (fault) throw new MortiseError("INVALID_INPUT", `The input of the code: ${fault.message}`, { path: fault.path });
        return { to: "code", program: { source: String(source), input: value, timeoutMs } };
      };
    },
    accepts: (params) => {
      const expects = schemaOf(params.with.outputSchema);
      return (output) => {
        const [fault] = checkJson(output, expects);
        if (fault) throw new MortiseError("INVALID_OUTPUT", `What the code returned: ${fault.message}`, { path: fault.path });
      };
    },
  },
};

function schemaOf(schema: unknown): JsonSchema {
  return isObject(schema) ? (schema as JsonSchema) : true;
}
