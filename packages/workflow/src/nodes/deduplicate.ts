import type { Json } from "@mortise/contract";
import type { StateChange } from "../ports/node-state.ts";
import { type CoreNode, computed, type DurableResult, nodeSet } from "./core-node.ts";
import { checkDurations, durationOf, durationParam } from "./duration-param.ts";
import { KEY, ownerOf, SCOPE, SHARED_NAME, stateKey } from "./state-space.ts";

const WINDOW = "1d";
const LEASE = "1h";
const LONGEST_LOOK_MS = 60_000;

type Kept = { readonly owner: string; readonly done: boolean; readonly untilMs: number };
type Verdict =
  | { readonly verdict: "reserved" | "duplicate" }
  | { readonly verdict: "busy"; readonly untilMs: number; readonly nowMs: number };

/** Runs its steps once for each key. */
export const deduplicate: CoreNode = {
  spec: {
    use: "core/deduplicate",
    title: "Deduplicate",
    description:
      "Runs its steps once for each key in a window of time. The key is reserved before the steps, kept when they succeed and free again when they fail.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        key: computed({ title: "Key", description: "What makes two items the same, e.g. an order's number.", "x-order": 1 }),
        window: durationParam("Window", "How long a key is remembered.", { default: WINDOW, "x-order": 2 } as never),
        nodes: nodeSet({ title: "Steps" }),
        lease: durationParam("Reserved for", "How long another run waits for the steps to end; then it takes the key over.", {
          default: LEASE,
          "x-advanced": true,
        } as never),
        scope: SCOPE,
        name: SHARED_NAME,
      },
      required: ["key", "nodes"],
      additionalProperties: false,
    },
    outlets: ["new", "duplicate"],
  },

  values: () => [{ path: ["key"], expects: KEY }],

  bodies: () => [{ slot: "nodes", scope: {} }],

  check: (params) => checkDurations(params, { window: { most: "7d", least: "1s" }, lease: { most: "7d", least: "1s" } }),

  output: () => ({
    type: "object",
    properties: { duplicate: { type: "boolean" } },
    required: ["duplicate"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "durable",
    compile: (params) => {
      const key = params.value("key");
      const windowMs = durationOf(params.with, "window", WINDOW);
      const leaseMs = durationOf(params.with, "lease", LEASE);
      return async (tools): Promise<DurableResult> => {
        const at = stateKey("deduplicate", tools, params.with, key.evaluate(tools.scope()));
        const owner = ownerOf(tools);
        const reserve = (): Promise<Verdict> =>
          tools.remember("reserve", at, (entry, nowMs): StateChange<Json> => {
            const kept = entry?.value as Kept | undefined;
            if (kept?.done) return { result: { verdict: "duplicate" } };
            if (kept !== undefined && kept.owner !== owner && kept.untilMs > nowMs)
              return { result: { verdict: "busy", untilMs: kept.untilMs, nowMs } };
            const next = { owner, done: false, untilMs: nowMs + leaseMs } satisfies Kept;
            return { result: { verdict: "reserved" }, next: { value: next, ttlMs: leaseMs } };
          }) as Promise<Verdict>;

        let found = await reserve();
        for (let lookMs = 1_000; found.verdict === "busy"; lookMs = Math.min(LONGEST_LOOK_MS, lookMs * 2)) {
          await tools.until({ atMs: Math.min(found.untilMs, found.nowMs + lookMs) });
          found = await reserve();
        }
        if (found.verdict === "duplicate") return { output: { duplicate: true }, outlet: "duplicate" };
        const { error } = await tools.body("nodes");
        await tools.remember(error ? "release" : "keep", at, (entry) => {
          const kept = entry?.value as Kept | undefined;
          if (error) return { result: null, ...(kept?.owner === owner && !kept.done && { next: null }) };
          const next: Json = { owner, done: true, untilMs: 0 };
          return { result: null, next: { value: next, ttlMs: windowMs } };
        });
        return error ? { error } : { output: { duplicate: false }, outlet: "new" };
      };
    },
  },
};
