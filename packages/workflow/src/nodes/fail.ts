import { MortiseError } from "@mortise/contract";
import { type CoreNode, computed } from "./core-node.ts";

/** Stops with an error that the workflow names itself. */
export const fail: CoreNode = {
  spec: {
    use: "core/fail",
    title: "Fail",
    description: "Fails with a message of your own. Nothing after it runs, unless a try or onError catches it.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        message: computed({ type: "string", title: "Message", "x-order": 1 }),
        code: computed({
          type: "string",
          title: "Code",
          description: "For those who catch it. Absent: WORKFLOW_FAILED_ITSELF.",
          "x-advanced": true,
        }),
      },
      required: ["message"],
      additionalProperties: false,
    },
  },

  values: (params) => [
    { path: ["message"], expects: { type: "string" } },
    ...("code" in params ? [{ path: ["code"], expects: { type: "string" } as const }] : []),
  ],

  traits: () => ({ sinks: { message: "error", code: "error" } }),

  output: () => false,

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const message = params.value("message");
      const code = "code" in params.with ? params.value("code") : undefined;
      return (scope) => {
        const text = String(message.evaluate(scope));
        const named = code?.evaluate(scope);
        throw new MortiseError("WORKFLOW_FAILED_ITSELF", text, typeof named === "string" ? { nativeCode: named } : {});
      };
    },
  },
};
