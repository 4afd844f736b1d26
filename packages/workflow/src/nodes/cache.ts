import type { Json, JsonObject } from "@mortise/contract";
import type { StateChange } from "../ports/node-state.ts";
import { type CoreNode, computed, type DurableResult, nodeSet } from "./core-node.ts";
import { checkDurations, durationOf, durationParam } from "./duration-param.ts";
import { KEY, ownerOf, SCOPE, SHARED_NAME, stateKey } from "./state-space.ts";

const TTL = "5m";
const CLAIM_MS = 120_000;
const LONGEST_LOOK_MS = 5_000;
const LIMITS = { whenFull: "evict" } as const;

type Kept = { readonly value: Json } | { readonly owner: string; readonly untilMs: number };
type Found = { readonly value: Json } | { readonly mine: true } | { readonly untilMs: number; readonly nowMs: number };

/** Keeps what its steps came to and spares them the next time. */
export const cache: CoreNode = {
  spec: {
    use: "core/cache",
    title: "Cache",
    description:
      "Runs its steps once and gives what they came to to whoever asks for the same key for a while. Who asks while they run waits for them.",
    group: "data",
    params: {
      type: "object",
      properties: {
        key: computed({ title: "Key", description: "What the value depends on.", "x-order": 1 }),
        ttl: durationParam("Kept for", "How old a value may be.", { default: TTL, "x-order": 2 } as never),
        nodes: nodeSet({ title: "Steps" }),
        value: computed({
          title: "Value",
          description: "What is kept, computed once the steps have run. At most 256 KiB.",
          "x-order": 3,
        }),
        scope: SCOPE,
        name: SHARED_NAME,
      },
      required: ["key", "nodes", "value"],
      additionalProperties: false,
    },
  },

  values: () => [
    { path: ["key"], expects: KEY },
    { path: ["value"], expects: true, inside: "nodes" },
  ],

  bodies: () => [{ slot: "nodes", scope: {} }],

  check: (params) => checkDurations(params, { ttl: { most: "30d", least: "1s" } }),

  output: (_, types) => ({
    type: "object",
    properties: { value: types.of("value"), hit: { type: "boolean" } },
    required: ["value", "hit"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "durable",
    compile: (params) => {
      const [key, value] = [params.value("key"), params.value("value")];
      const ttlMs = durationOf(params.with, "ttl", TTL);
      return async (tools): Promise<DurableResult> => {
        const at = stateKey("cache", tools, params.with, key.evaluate(tools.scope()));
        const owner = ownerOf(tools);
        const look = (): Promise<Found> =>
          tools.remember(
            "look",
            at,
            (entry, nowMs): StateChange<Json> => {
              const kept = entry?.value as Kept | undefined;
              if (kept !== undefined && "value" in kept) return { result: { value: kept.value } };
              if (kept !== undefined && kept.owner !== owner && kept.untilMs > nowMs)
                return { result: { untilMs: kept.untilMs, nowMs } };
              const claim: JsonObject = { owner, untilMs: nowMs + CLAIM_MS };
              return { result: { mine: true }, next: { value: claim, ttlMs: CLAIM_MS } };
            },
            LIMITS,
          ) as Promise<Found>;

        let found = await look();
        for (let lookMs = 250; "untilMs" in found; lookMs = Math.min(LONGEST_LOOK_MS, lookMs * 2)) {
          await tools.until({ atMs: Math.min(found.untilMs, found.nowMs + lookMs) });
          found = await look();
        }
        if ("value" in found) return { output: { value: found.value, hit: true } };
        const { error, scope } = await tools.body("nodes");
        const settle = (next: Json | undefined) =>
          tools.remember(
            next === undefined ? "release" : "keep",
            at,
            (entry) => {
              const kept = entry?.value as Kept | undefined;
              const isMine = kept !== undefined && "owner" in kept && kept.owner === owner;
              if (next === undefined) return { result: null, ...(isMine && { next: null }) };
              return { result: null, next: { value: { value: next }, ttlMs } };
            },
            LIMITS,
          );
        if (error) {
          await settle(undefined);
          return { error };
        }
        const computedValue = value.evaluate(scope);
        await settle(computedValue);
        return { output: { value: computedValue, hit: false } };
      };
    },
  },
};
