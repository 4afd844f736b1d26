import type { Json } from "@mortise/contract";
import { type CoreNode, computed } from "./core-node.ts";
import { exactly } from "./schemas.ts";

const LONGEST_MESSAGE = 2_000;

/** Writes a line into the run. */
export const log: CoreNode = {
  spec: {
    use: "core/log",
    title: "Log",
    description:
      "Writes a message into the log of the run, for whoever looks at it later. Of a loop, the first 50 rounds are kept.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        message: computed({ type: "string", title: "Message", "x-order": 1 }),
        level: { type: "string", title: "Level", enum: ["info", "warning", "error"], default: "info", "x-order": 2 },
        data: computed({ title: "Data", description: "Shown beside the message.", "x-advanced": true }),
      },
      required: ["message"],
      additionalProperties: false,
    },
  },

  values: (params) => [
    { path: ["message"], expects: { type: "string" } },
    ...("data" in params ? [{ path: ["data"], expects: true as const }] : []),
  ],

  traits: () => ({ sinks: { message: "log", data: "log" } }),

  output: (params, types) => {
    const level = { type: "string" as const, enum: ["info", "warning", "error"] };
    return exactly({ level, message: { type: "string" }, ...("data" in params && { data: types.of("data") }) });
  },

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const message = params.value("message");
      const data = "data" in params.with ? params.value("data") : undefined;
      const { level = "info" } = params.with;
      return (scope) => {
        const text = String(message.evaluate(scope)).slice(0, LONGEST_MESSAGE);
        const output: Json = { level, message: text, ...(data && { data: data.evaluate(scope) }) };
        return { output };
      };
    },
  },
};
