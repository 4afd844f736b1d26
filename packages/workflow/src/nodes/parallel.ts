import { unionOf } from "@mortise/builders";
import type { Diagnostic, JsonObject, JsonSchema } from "@mortise/contract";
import { asObject } from "../model/loose.ts";
import { type CoreNode, computed, nodeSet } from "./core-node.ts";
import { COUNT, exactly, LISTED_ERROR } from "./schemas.ts";

/** Names of the bodies that a parallel may have. */
export const BRANCHES: readonly string[] = Object.freeze(Array.from({ length: 8 }, (_, i) => `branch${i + 1}`));

/** Runs several bodies at the same time. */
export const parallel: CoreNode = {
  spec: {
    use: "core/parallel",
    title: "Parallel",
    description:
      "Runs several groups of steps at the same time, and waits for all of them. Says what an error in one of them means.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        ...Object.fromEntries(BRANCHES.map((name, i) => [name, nodeSet({ title: `Branch ${i + 1}`, "x-order": i })])),
        onError: {
          type: "string",
          title: "When a branch fails",
          description:
            "all: every branch runs to its end, then the step fails. first: no further branch begins, those that run end, then the step fails. collect: the step succeeds and lists the errors.",
          enum: ["all", "first", "collect"],
          default: "all",
          "x-order": 20,
        },
        quorum: {
          type: "integer",
          title: "Enough",
          description: "So many branches have to succeed; fewer fail the step, whatever else is set. Absent: all.",
          minimum: 1,
          maximum: BRANCHES.length,
          "x-order": 21,
        },
        concurrency: {
          type: "integer",
          title: "Branches at the same time",
          minimum: 1,
          maximum: BRANCHES.length,
          default: BRANCHES.length,
          "x-advanced": true,
        },
        results: {
          type: "object",
          title: "Results",
          description: "A value of each branch, by the branch's name.",
          properties: Object.fromEntries(BRANCHES.map((name) => [name, computed({})])),
          additionalProperties: false,
          "x-advanced": true,
        },
      },
      required: ["branch1", "branch2"],
      additionalProperties: false,
    },
  },

  values: (params) =>
    BRANCHES.filter((name) => name in asObject(params.results) && name in params).map((name) => ({
      path: ["results", name],
      expects: true,
      inside: name,
    })),

  bodies: (params) => branchesOf(params).map((slot) => ({ slot, scope: {} })),

  check: (params): readonly Diagnostic[] => {
    const { quorum } = params;
    const count = branchesOf(params).length;
    if (typeof quorum !== "number" || quorum <= count) return [];
    const message = `${quorum} branches are to succeed, and there are ${count}.`;
    const fix = { title: `Ask for ${count}.`, patch: [{ op: "replace" as const, path: "/quorum", value: count }] };
    return [{ code: "INVALID_VALUE", severity: "error", path: "/quorum", message, fix }];
  },

  output: (params, types) => {
    const mayFail = params.onError === "collect" || "quorum" in params;
    const named = branchesOf(params).filter((name) => name in asObject(params.results));
    const resultOf = (name: string): JsonSchema =>
      mayFail ? unionOf([types.of("results", name), { type: "null" }]) : types.of("results", name);
    const error = exactly({ branch: { type: "string" }, error: LISTED_ERROR });
    return exactly({
      succeeded: COUNT,
      failed: COUNT,
      results: exactly(Object.fromEntries(named.map((name) => [name, resultOf(name)]))),
      errors: { type: "array", items: error },
    });
  },

  behaviour: { kind: "parallel" },
};

/** The bodies that one use has, in order. */
export function branchesOf(params: JsonObject): readonly string[] {
  return BRANCHES.filter((name) => name in params);
}
