import { type Json, parseDuration } from "@mortise/contract";
import { type CoreNode, computed, type DurableResult } from "./core-node.ts";
import { checkDurations, durationOf, durationParam } from "./duration-param.ts";
import { KEY, ownerOf, SCOPE, SHARED_NAME, stateKey } from "./state-space.ts";

const KEPT_MS = 86_400_000;

type Kept = { readonly latest: string; readonly sinceMs: number; readonly count: number; readonly passed?: true };

/** Lets the last of several runs pass, once it has been quiet. */
export const debounce: CoreNode = {
  spec: {
    use: "core/debounce",
    title: "Debounce",
    description:
      "Waits until no other run of the same key has come for a while, and lets the last one pass. The ones before it go on along superseded.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        key: computed({ title: "Key", description: "What belongs together. Absent: all runs do.", "x-order": 1 }),
        quiet: durationParam("Quiet for", "How long nothing more may come.", { "x-order": 2 } as never),
        atMost: durationParam(
          "At most",
          "When the last one passes, however much keeps coming. Absent: never before it is quiet.",
          {
            "x-order": 3,
          } as never,
        ),
        scope: SCOPE,
        name: SHARED_NAME,
      },
      required: ["quiet"],
      additionalProperties: false,
    },
    outlets: ["passed", "superseded"],
  },

  values: (params) => ("key" in params ? [{ path: ["key"], expects: KEY }] : []),

  check: (params) => checkDurations(params, { quiet: { most: "30d" }, atMost: { most: "30d" } }),

  traits: (params) => ({ waits: parseDuration(String(params.quiet)) ?? 0 }),

  output: () => ({
    type: "object",
    properties: { passed: { type: "boolean" }, count: { type: "integer", minimum: 1 } },
    required: ["passed"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "durable",
    compile: (params) => {
      const key = "key" in params.with ? params.value("key") : undefined;
      const quietMs = durationOf(params.with, "quiet", "30s");
      const atMostMs = "atMost" in params.with ? durationOf(params.with, "atMost", "1h") : undefined;
      return async (tools): Promise<DurableResult> => {
        const at = stateKey("debounce", tools, params.with, key === undefined ? "" : key.evaluate(tools.scope()));
        const owner = ownerOf(tools);
        const atMs = await tools.remember("arrive", at, (entry, nowMs) => {
          const found = entry?.value as Kept | undefined;
          const kept = found?.passed ? undefined : found;
          const sinceMs = kept?.sinceMs ?? nowMs;
          const count = (kept?.count ?? 0) + (kept?.latest === owner ? 0 : 1);
          const dueMs = Math.min(nowMs + quietMs, atMostMs === undefined ? Infinity : sinceMs + atMostMs);
          const value: Json = { latest: owner, sinceMs, count };
          return { result: dueMs, next: { value, ttlMs: Math.max(0, dueMs - nowMs) + KEPT_MS } };
        });
        await tools.until({ atMs });
        const count = await tools.remember("pass", at, (entry) => {
          const kept = entry?.value as Kept | undefined;
          if (kept?.latest !== owner) return { result: 0 };
          // Kept as passed, so that the same question after a crash gets the same answer.
          const value: Json = { ...kept, passed: true };
          return { result: kept.count, next: { value, ttlMs: KEPT_MS } };
        });
        if (count === 0) return { output: { passed: false }, outlet: "superseded" };
        return { output: { passed: true, count }, outlet: "passed" };
      };
    },
  },
};
