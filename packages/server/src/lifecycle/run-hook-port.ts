import type { RunHooks } from "@mortise/runtime";
import type { RunHookPort } from "@mortise/workflow";
import { TENANT } from "../store/open-store.ts";

/** The hooks of a deployment as the interpreter passes them; undefined: there is none that it would pass. */
export function runHookPort(hooks: RunHooks): RunHookPort | undefined {
  if (!hooks.has("event", "run-start", "run-end")) return undefined;
  return {
    start: async ({ signal, ...run }) => {
      const told = { ...run, tenant: TENANT };
      const passed = run.source === "manual" ? [] : await hooks.event(told, signal);
      return [...passed, ...(await hooks.runStart(told, signal))];
    },
    end: async ({ signal, error, ...run }) => {
      const failure = error === undefined ? {} : { error: { code: error.code, message: error.message } };
      return await hooks.runEnd({ ...run, ...failure, tenant: TENANT }, signal);
    },
  };
}
