import { type CoreNode, computed, type DurableResult } from "./core-node.ts";

/** Puts an item aside that nobody could deal with. */
export const deadLetter: CoreNode = {
  spec: {
    use: "core/dead-letter",
    title: "Dead letter",
    description:
      "Puts an item aside, with the run, the reason and what started it, so that a person can look at it and try it again.",
    group: "data",
    params: {
      type: "object",
      properties: {
        item: computed({ title: "Item", "x-order": 1 }),
        reason: computed({ type: "string", title: "Reason", "x-order": 2 }),
        error: computed({ title: "Error", description: "Such as the error that a catch or onError sees.", "x-order": 3 }),
      },
      required: ["item", "reason"],
      additionalProperties: false,
    },
  },

  values: (params) => [
    { path: ["item"], expects: true },
    { path: ["reason"], expects: { type: "string" } },
    ...("error" in params ? [{ path: ["error"], expects: true }] : []),
  ],

  output: () => ({ type: "object", properties: { id: { type: "string" } }, required: ["id"], additionalProperties: false }),

  behaviour: {
    kind: "durable",
    compile: (params) => {
      const [item, reason] = [params.value("item"), params.value("reason")];
      const error = "error" in params.with ? params.value("error") : undefined;
      return async (tools): Promise<DurableResult> => {
        const { runId, path, workflow, workflowHash, trigger, dryRun } = tools.place;
        const scope = tools.scope();
        const letter = {
          ...{ runId, path, workflow, workflowHash, trigger },
          item: item.evaluate(scope),
          reason: String(reason.evaluate(scope)),
          ...(error && { error: error.evaluate(scope) }),
        };
        if (dryRun) return { output: { id: "" } };
        const { deadLetters } = tools;
        return { output: { id: await tools.step("put", () => deadLetters.put(letter)) } };
      };
    },
  },
};
