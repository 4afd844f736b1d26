/**
 * Runs what a deployment does around runs: at events that come in, at the start and the end of a run, before its data is shown.
 *
 * Owns: the hooks by point.
 * Does not own: runs, where their events are kept, who asks at which point.
 * Invariants:
 *   N1. A hook that fails open is passed over, and told of by name as a pass; one that fails closed ends what it stands at with `HOOK_FAILED`.
 *   N2. What a hook is given is a copy: no hook changes a value but by giving another one at `run-view`.
 *   N3. Where a hook of a view fails closed or refuses, the value is withheld; nothing else of the view is.
 */
import { isMortiseError, type Json, MortiseError } from "@mortise/contract";
import { quietSleep } from "../system-clock.ts";
import { decide, type HookSleep } from "./decide.ts";
import {
  type Hook,
  type HookedEvent,
  type HookedRun,
  type HookedRunEnd,
  type HookedView,
  RUN_HOOK_POINTS,
  type RunHook,
  type RunHookPoint,
} from "./hook.ts";
import { orderedHooks } from "./ordered-hooks.ts";

/** A hook that failed and was passed over. */
export interface PassedHook {
  readonly hook: string;
  readonly message: string;
}

/** What is shown of a value. */
export interface ShownValue {
  readonly value: Json;
  /** Why the value is null. Absent: it is not withheld. */
  readonly withheld?: string;
}

type Asked<Told> = Omit<Told, "signal">;

/** The hooks of a deployment around runs. */
export interface RunHooks {
  /** Whether there is any at one of these points. */
  has(...points: readonly RunHookPoint[]): boolean;
  /** Lets an event in; gives the hooks that were passed over. Throws `HOOK_REFUSED`, `HOOK_FAILED`. */
  event(event: Asked<HookedEvent>, stop?: AbortSignal): Promise<readonly PassedHook[]>;
  /** Lets a run begin, as {@link RunHooks.event}. */
  runStart(run: Asked<HookedRun>, stop?: AbortSignal): Promise<readonly PassedHook[]>;
  /** Lets a run end as it would, as {@link RunHooks.event}. */
  runEnd(end: Asked<HookedRunEnd>, stop?: AbortSignal): Promise<readonly PassedHook[]>;
  /** What is shown of a value. Never throws. */
  shown(view: Asked<HookedView>): Promise<ShownValue>;
}

/** The hooks around runs among those of a deployment. `sleep`: of a test. Throws `DUPLICATE_NAME`, `INVALID_VALUE`. */
export function createRunHooks(hooks: readonly Hook[], sleep: HookSleep = quietSleep): RunHooks {
  const own = orderedHooks(hooks).filter((hook) => isRunHook(hook));
  const at = (point: RunHookPoint): readonly RunHook[] => own.filter((hook) => hook.point === point);
  const byPoint = new Map(RUN_HOOK_POINTS.map((point) => [point, at(point)]));
  const pass = async (point: RunHookPoint, use: string, told: { readonly value: Json }, stop?: AbortSignal) => {
    const passed: PassedHook[] = [];
    for (const hook of byPoint.get(point) ?? []) {
      try {
        await decide(hook, { use, told: copyOf(told), sleep, ...(stop === undefined ? {} : { stop }) });
      } catch (error) {
        if (stop?.aborted === true) throw stop.reason;
        const failure = failed(hook, use, error);
        if (failure.code === "HOOK_REFUSED" || hook.onFailure === "closed") throw failure;
        passed.push({ hook: hook.name, message: failure.message });
      }
    }
    return passed;
  };
  return Object.freeze({
    has: (...points) => points.some((point) => (byPoint.get(point) ?? []).length > 0),
    event: (event, stop) => pass("event", event.workflow, event, stop),
    runStart: (run, stop) => pass("run-start", run.workflow, run, stop),
    runEnd: (end, stop) => pass("run-end", end.workflow, end, stop),
    shown: async (view) => {
      let { value } = view;
      for (const hook of byPoint.get("run-view") ?? []) {
        try {
          value = (await decide(hook, { use: view.workflow, told: copyOf({ ...view, value }), sleep })) ?? value;
        } catch (error) {
          const failure = failed(hook, view.workflow, error);
          if (failure.code === "HOOK_REFUSED" || hook.onFailure === "closed") return { value: null, withheld: failure.message };
        }
      }
      return { value };
    },
  } satisfies RunHooks);
}

const isRunHook = (hook: Hook): hook is RunHook => (RUN_HOOK_POINTS as readonly string[]).includes(hook.point);

const copyOf =
  (told: { readonly value: Json }) =>
  (signal: AbortSignal): object => ({ ...told, value: structuredClone(told.value), signal });

function failed({ name, point }: Hook, use: string, error: unknown): MortiseError {
  if (isMortiseError(error) && error.code === "HOOK_REFUSED") return error;
  const why = error instanceof Error ? error.message : String(error);
  return new MortiseError("HOOK_FAILED", `${use}: the hook "${name}" (${point}) failed: ${why}`, { cause: error });
}
