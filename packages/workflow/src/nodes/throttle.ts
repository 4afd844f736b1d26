import { parseDuration } from "@mortise/contract";
import { type CoreNode, computed, type DurableResult } from "./core-node.ts";
import { checkDurations, durationOf, durationParam } from "./duration-param.ts";
import { KEY, SCOPE, SHARED_NAME, stateKey } from "./state-space.ts";

const AT_MOST = "1h";

/** Lets so many pass in a time. */
export const throttle: CoreNode = {
  spec: {
    use: "core/throttle",
    title: "Throttle",
    description:
      "Lets so many runs pass in any window of time, across all runs and workers. The others wait for their turn, or go on along dropped.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        rate: { type: "integer", title: "How many", minimum: 1, maximum: 1_000, "x-order": 1 },
        per: durationParam("In", "The window.", { "x-order": 2 } as never),
        key: computed({ title: "Key", description: "Each key has a rate of its own. Absent: all runs share one.", "x-order": 3 }),
        onLimit: {
          type: "string",
          title: "What is too much",
          enum: ["wait", "drop"],
          default: "wait",
          "x-order": 4,
        },
        atMost: durationParam("Waits at most", "Who would wait longer is dropped at once.", {
          default: AT_MOST,
          "x-order": 5,
        } as never),
        scope: SCOPE,
        name: SHARED_NAME,
      },
      required: ["rate", "per"],
      additionalProperties: false,
    },
    outlets: ["passed", "dropped"],
  },

  values: (params) => ("key" in params ? [{ path: ["key"], expects: KEY }] : []),

  check: (params) => checkDurations(params, { per: { most: "7d", least: "1ms" }, atMost: { most: "30d" } }),

  traits: (params) => ({ waits: params.onLimit === "drop" ? 0 : (parseDuration(String(params.atMost ?? AT_MOST)) ?? 0) }),

  output: () => ({
    type: "object",
    properties: { passed: { type: "boolean" }, waitedMs: { type: "number", minimum: 0 } },
    required: ["passed", "waitedMs"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "durable",
    compile: (params) => {
      const { rate = 1, onLimit = "wait" } = params.with;
      const key = "key" in params.with ? params.value("key") : undefined;
      const perMs = durationOf(params.with, "per", "1m");
      const longestMs = onLimit === "drop" ? 0 : durationOf(params.with, "atMost", AT_MOST);
      return async (tools): Promise<DurableResult> => {
        const at = stateKey("throttle", tools, params.with, key === undefined ? "" : key.evaluate(tools.scope()));
        const { turnMs, waitMs } = await tools.remember("turn", at, (entry, nowMs) => {
          const turns = (entry?.value ?? []) as readonly number[];
          const before = turns.at(-Number(rate));
          const turn = before === undefined ? nowMs : Math.max(nowMs, before + perMs);
          if (turn - nowMs > longestMs) return { result: { turnMs: 0, waitMs: -1 } };
          const value = [...turns, turn].slice(-Number(rate));
          return { result: { turnMs: turn, waitMs: turn - nowMs }, next: { value, ttlMs: turn - nowMs + perMs } };
        });
        if (waitMs < 0) return { output: { passed: false, waitedMs: 0 }, outlet: "dropped" };
        if (waitMs > 0) await tools.until({ atMs: turnMs });
        return { output: { passed: true, waitedMs: waitMs }, outlet: "passed" };
      };
    },
  },
};
