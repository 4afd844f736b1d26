import type { ErrorData, Json } from "@mortise/contract";

/** What hooks are told of a run that starts. */
export interface HookedStart {
  readonly runId: string;
  /** What started it: `manual`, or what brought the event that did, e.g. `webhook`. */
  readonly source: string;
  /** Name of the workflow. */
  readonly workflow: string;
  /** The trigger's payload. */
  readonly value: Json;
  readonly signal: AbortSignal;
}

/** What hooks are told of a run that ends; `value` is its output, null where it failed. */
export interface HookedEnd extends HookedStart {
  readonly status: "succeeded" | "failed";
  readonly error?: ErrorData;
}

/** A hook that failed and was passed over. */
export interface PassedOverHook {
  readonly hook: string;
  readonly message: string;
}

/** What a deployment does at the start and the end of runs. Both throw `HOOK_REFUSED` and `HOOK_FAILED`, and give the hooks that were passed over. */
export interface RunHookPort {
  start(run: HookedStart): Promise<readonly PassedOverHook[]>;
  end(run: HookedEnd): Promise<readonly PassedOverHook[]>;
}
