import type { ErrorData, Json, JsonObject } from "@mortise/contract";
import type { HookedStart, PassedOverHook } from "../ports/run-hook-port.ts";
import type { Execution } from "./execution.ts";
import { errorOf, throwable } from "./settlement.ts";

/** What a step of hooks comes to, as it is journaled. */
interface HooksEnd {
  readonly passed: readonly PassedOverHook[];
  readonly error?: ErrorData;
}

/** Passes the hooks at the start of a run that is marked for them. Throws what refuses it. */
export async function passStartHooks(exec: Execution): Promise<void> {
  const error = await pass(exec, "run-start", (hooks, told) => hooks.start(told));
  if (error !== undefined) throw throwable(error);
}

/** Passes those at its end; gives what refuses it. A run that has failed stays failed as it is. */
export async function passEndHooks(
  exec: Execution,
  end: { readonly output: Json } | { readonly error: ErrorData },
): Promise<ErrorData | undefined> {
  return await pass(exec, "run-end", (hooks, told) =>
    hooks.end(
      "error" in end
        ? { ...told, status: "failed", error: end.error, value: null }
        : { ...told, status: "succeeded", value: end.output },
    ),
  );
}

/** One step in the journal: hooks are not asked again when the run goes on elsewhere. */
async function pass(
  { ports: { hooks }, ctx, run, plan, log }: Execution,
  point: "run-start" | "run-end",
  ask: (hooks: NonNullable<Execution["ports"]["hooks"]>, told: HookedStart) => Promise<readonly PassedOverHook[]>,
): Promise<ErrorData | undefined> {
  const { hooked: source } = run;
  if (source === undefined) return undefined;
  const atMs = log.now();
  const found = await ctx.step(`hooks:${point}`, async ({ signal }) => {
    if (hooks === undefined) return { passed: [] };
    const told = { runId: run.runId, source, workflow: plan.workflow.name, value: bodyOf(run.trigger), signal };
    try {
      return { passed: await ask(hooks, told) } as unknown as JsonObject;
    } catch (thrown) {
      signal.throwIfAborted();
      return { passed: [], error: errorOf(thrown) } as unknown as JsonObject;
    }
  });
  const { passed, error } = found as unknown as HooksEnd;
  for (const { hook, message } of passed) log.hookFailed(point, hook, { atMs, message });
  return error;
}

const bodyOf = (trigger: Json): Json =>
  typeof trigger === "object" && trigger !== null && !Array.isArray(trigger) ? ((trigger as JsonObject).body ?? null) : null;
