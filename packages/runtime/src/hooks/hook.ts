import type { Effect, Json } from "@mortise/contract";

/**
 * Where hooks are, in the order in which a call passes them.
 * - `orchestration`: a step of a run is about to call an operation. May refuse.
 * - `ingestion`: a call has come in, its input unchecked. May refuse.
 * - `transformation`: its input is put into shape. May refuse, or give another input, which the operation's schema then checks.
 * - `presentation`: an output, or the items of a page, is about to be shown. May withhold it, or give another one, which is checked again.
 */
export const HOOK_POINTS = Object.freeze(["orchestration", "ingestion", "transformation", "presentation"] as const);

export type HookPoint = (typeof HOOK_POINTS)[number];

/**
 * Where hooks are around runs. They are for whoever runs workflows; a runtime alone passes none of them.
 * - `event` (ingestion): something has come in that starts runs. May refuse.
 * - `run-start` (orchestration): a run begins, before its first step. May refuse.
 * - `run-end` (orchestration): a run ends, its output known. May refuse: then the run has failed.
 * - `run-view` (presentation): data of a run is about to be shown. May withhold it, or give another value.
 */
export const RUN_HOOK_POINTS = Object.freeze(["event", "run-start", "run-end", "run-view"] as const);

export type RunHookPoint = (typeof RUN_HOOK_POINTS)[number];

/** What a hook is told of a call. No credential, no setting. */
export interface HookedCall {
  readonly connector: string;
  readonly version: string;
  readonly operation: string;
  readonly effect: Effect;
  readonly tenant: string;
  /** Name of the connection; `""`: there is none. */
  readonly connection: string;
  /** Of a call that is a step of a run. */
  readonly runId?: string;
  readonly stepPath?: string;
  /** Aborts at the hook's time limit and with the call. */
  readonly signal: AbortSignal;
}

/** With the input or output, a copy of its own. */
export interface HookedValue extends HookedCall {
  readonly value: Json;
}

/** Turns it away; the reason is shown to the caller, and no secret belongs in it. */
export interface HookRefusal {
  readonly refuse: string;
}

/** What a hook decides. Undefined: all is well as it is. */
export type HookVerdict = HookRefusal | undefined;
export type HookChange = HookVerdict | { readonly value: Json };

/** What a hook is told of an event that starts a run. */
export interface HookedEvent {
  /** The run that it starts. */
  readonly runId: string;
  /** What brought it: `webhook`, `connector` (a trigger of one), `schedule`, … */
  readonly source: string;
  /** Name of the workflow that it is for. */
  readonly workflow: string;
  readonly tenant: string;
  /** The payload, a copy of its own. */
  readonly value: Json;
  /** Aborts at the hook's time limit. */
  readonly signal: AbortSignal;
}

/** What a hook is told of a run that starts. */
export interface HookedRun {
  readonly runId: string;
  /** What started it: `manual`, or what brought the event that did, e.g. `webhook`. */
  readonly source: string;
  /** Name of the workflow. */
  readonly workflow: string;
  readonly tenant: string;
  /** The trigger's payload, a copy of its own. */
  readonly value: Json;
  /** Aborts at the hook's time limit and with the run's step. */
  readonly signal: AbortSignal;
}

/** What a hook is told of a run that ends; `value` is its output, null where it failed. */
export interface HookedRunEnd extends HookedRun {
  readonly status: "succeeded" | "failed";
  /** Of a failed one. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** What a hook is told of a run's data that a person is about to see. */
export interface HookedView {
  readonly runId: string;
  readonly workflow: string;
  readonly tenant: string;
  /** `input`: the run's trigger, `{ "body": … }`. */
  readonly part: "input" | "output" | "step-input" | "step-output" | "error-detail";
  /** Path and `use` of the step, where it is one's. */
  readonly step?: string;
  readonly use?: string;
  /** The value as it is stored, redacted and cut; a copy of its own. */
  readonly value: Json;
  /** Aborts at the hook's time limit. */
  readonly signal: AbortSignal;
}

interface HookParts {
  /** Unique; errors and spans name it. */
  readonly name: string;
  /** Lower ones run first, those of the same one as they are listed. Absent: 0. */
  readonly order?: number;
  /** Time that it may take, from 1 to 30,000 ms. Absent: 1,000. Code that does not give the processor back cannot be stopped. */
  readonly timeoutMs?: number;
  /** Where it throws, is too slow or returns what is not allowed: `open` goes on as if it were not there, `closed` ends the call with `HOOK_FAILED`. */
  readonly onFailure: "open" | "closed";
  /** `connector` or `connector/operation` that it is for. Absent: all. */
  readonly uses?: readonly string[];
}

export interface OrchestrationHook extends HookParts {
  readonly point: "orchestration";
  readonly run: (call: HookedCall) => HookVerdict | Promise<HookVerdict>;
}

export interface IngestionHook extends HookParts {
  readonly point: "ingestion";
  readonly run: (call: HookedValue) => HookVerdict | Promise<HookVerdict>;
}

export interface TransformationHook extends HookParts {
  readonly point: "transformation";
  readonly run: (call: HookedValue) => HookChange | Promise<HookChange>;
}

export interface PresentationHook extends HookParts {
  readonly point: "presentation";
  readonly run: (call: HookedValue) => HookChange | Promise<HookChange>;
}

/** Something that the deployment does at a point of every call. */
export type CallHook = OrchestrationHook | IngestionHook | TransformationHook | PresentationHook;

export interface EventHook extends Omit<HookParts, "uses"> {
  readonly point: "event";
  readonly run: (event: HookedEvent) => HookVerdict | Promise<HookVerdict>;
}

export interface RunStartHook extends Omit<HookParts, "uses"> {
  readonly point: "run-start";
  readonly run: (run: HookedRun) => HookVerdict | Promise<HookVerdict>;
}

export interface RunEndHook extends Omit<HookParts, "uses"> {
  readonly point: "run-end";
  readonly run: (end: HookedRunEnd) => HookVerdict | Promise<HookVerdict>;
}

export interface RunViewHook extends Omit<HookParts, "uses"> {
  readonly point: "run-view";
  readonly run: (view: HookedView) => HookChange | Promise<HookChange>;
}

/** Something that the deployment does around runs. */
export type RunHook = EventHook | RunStartHook | RunEndHook | RunViewHook;

/** Something that the deployment does at a point of its own. */
export type Hook = CallHook | RunHook;
