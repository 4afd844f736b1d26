import { type Diagnostic, type Json, parseDuration } from "@mortise/contract";
import type { StateChange, StateEntry } from "../ports/node-state.ts";
import { addItem, type Collected, type Collection, closeBatch, forgetTaken } from "./collected-batch.ts";
import { type CoreNode, computed, type DurableResult } from "./core-node.ts";
import { checkDurations, durationOf, durationParam } from "./duration-param.ts";
import { KEY, ownerOf, SCOPE, SHARED_NAME, stateKey } from "./state-space.ts";

const KEPT_MS = 366 * 86_400_000;

/** Collects items of many runs into batches. */
export const collect: CoreNode = {
  spec: {
    use: "core/collect",
    title: "Collect",
    description:
      "Collects one item of every run. When there are enough, when an item says so, or when the time is over, one run goes on with all of them along complete; the others end along collected.",
    group: "data",
    params: {
      type: "object",
      properties: {
        item: computed({ title: "Item", "x-order": 1 }),
        key: computed({ title: "Key", description: "What belongs into one batch. Absent: everything does.", "x-order": 2 }),
        count: { type: "integer", title: "How many", minimum: 1, maximum: 10_000, "x-order": 3 },
        window: durationParam("Within", "How long a batch stays open after its first item.", { "x-order": 4 } as never),
        last: computed({
          type: "boolean",
          title: "Complete when",
          description: "True: this item completes the batch.",
          "x-order": 5,
        }),
        scope: SCOPE,
        name: SHARED_NAME,
      },
      required: ["item"],
      additionalProperties: false,
    },
    outlets: ["complete", "collected"],
  },

  values: (params) => [
    { path: ["item"], expects: true },
    ...("key" in params ? [{ path: ["key"], expects: KEY }] : []),
    ...("last" in params ? [{ path: ["last"], expects: { type: "boolean" } as const }] : []),
  ],

  check: (params): readonly Diagnostic[] => {
    const found = checkDurations(params, { window: { most: "90d", least: "1s" } });
    if ("count" in params || "window" in params || "last" in params) return found;
    const message = "A batch needs a number of items, a time or a condition; otherwise it is never complete.";
    return [...found, { code: "MISSING_KEY", severity: "error", path: "", message, fix: { title: "Say how many." } }];
  },

  traits: (params) => ({ waits: "window" in params ? (parseDuration(String(params.window)) ?? 0) : 0 }),

  output: (_, types) => ({
    type: "object",
    properties: {
      complete: { type: "boolean" },
      items: { type: "array", items: types.of("item") },
      count: { type: "integer", minimum: 0 },
    },
    required: ["complete", "items", "count"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "durable",
    compile: (params) => {
      const item = params.value("item");
      const key = "key" in params.with ? params.value("key") : undefined;
      const last = "last" in params.with ? params.value("last") : undefined;
      const count = typeof params.with.count === "number" ? params.with.count : undefined;
      const windowMs = "window" in params.with ? durationOf(params.with, "window", "1h") : undefined;
      return async (tools): Promise<DurableResult> => {
        const scope = tools.scope();
        const at = stateKey("collect", tools, params.with, key === undefined ? "" : key.evaluate(scope));
        const by = ownerOf(tools);
        const added = { by, item: item.evaluate(scope), isLast: last?.evaluate(scope) === true };
        const ask = async (what: string, change: (found: Collection | undefined, nowMs: number) => Answer): Promise<Collected> =>
          (await tools.remember(what, at, (entry, nowMs) => kept(change(found(entry), nowMs)))) as never;
        let told = await ask("add", (now, nowMs) => addItem(now, added, { count, windowMs }, nowMs));
        if (told.is === "first") {
          const { batch, closesAtMs } = told;
          await tools.until({ atMs: closesAtMs });
          told = await ask("close", (now) => closeBatch(now, by, batch));
        }
        if (told.is !== "complete") return { output: { complete: false, items: [], count: 0 }, outlet: "collected" };
        // Only now that the journal has the batch may the store forget it.
        await tools.remember("forget", at, (entry) => {
          const now = found(entry);
          return now === undefined ? { result: null } : { result: null, next: value(forgetTaken(now, by)) };
        });
        return { output: { complete: true, items: [...told.items], count: told.items.length }, outlet: "complete" };
      };
    },
  },
};

interface Answer {
  readonly told: Collected;
  readonly next?: Collection;
}

const found = (entry: StateEntry | undefined) => entry?.value as unknown as Collection | undefined;
const value = (next: Collection) => ({ value: next as unknown as Json, ttlMs: KEPT_MS });

function kept({ told, next }: Answer): StateChange<Json> {
  return { result: told as unknown as Json, ...(next && { next: value(next) }) };
}
