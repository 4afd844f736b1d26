import type { SandboxLimits } from "../sandbox-limits.ts";

/** Groups of host functions that guest code may be given. */
export type Capability = "crypto" | "encoding" | "random" | "clock";

export const CAPABILITIES: readonly Capability[] = Object.freeze(["crypto", "encoding", "random", "clock"]);

/** One call of guest code as it crosses threads and processes: plain data. */
export interface GuestCall {
  readonly source: string;
  /** A name, or names with dots between them. */
  readonly functionName: string;
  /** JSON text. */
  readonly input: string;
  /** JSON text of what the function gets as its second argument, host functions beside it. Absent: it gets none. */
  readonly context?: string;
  readonly capabilities: readonly Capability[];
  /** Questions that it may ask; absent: none. */
  readonly granted?: readonly string[];
  /** 32 bytes, hex, that its randomness comes from. Absent: fresh ones. */
  readonly entropy?: string;
  /** What the guest's clock says, epoch ms. */
  readonly nowMs: number;
  readonly limits: SandboxLimits;
}

/**
 * Why a call gave nothing. `threw`: the code threw, or cannot be parsed. `missing`: it defines no such function. `not-json`: what it
 * returned is not JSON. `pending`: it waits for something that never comes. `stopped`: whoever made the call ended it. `crashed`: the engine
 * trapped, or its thread or process ended.
 */
export const FAULTS = Object.freeze([
  "threw",
  "missing",
  "not-json",
  "pending",
  "cpu",
  "wall",
  "memory",
  "stack",
  "output",
  "host-calls",
  "questions",
  "stopped",
  "crashed",
] as const);

export type GuestFault = (typeof FAULTS)[number];

/** What became of a call. */
export type GuestAnswer =
  | { readonly ok: true /** JSON text. */; readonly output: string; readonly discard: boolean }
  | {
      readonly ok: false;
      readonly fault: GuestFault;
      /** In the guest's words. */
      readonly error?: GuestError;
      /** Whether the worker must not be used again. */
      readonly discard: boolean;
    };

/** An error as the guest told it: untrusted text. */
export interface GuestError {
  readonly name: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  /** Number of the question whose refusal this is. */
  readonly question?: number;
  /** The class that the guest gave its failure. */
  readonly as?: string;
  readonly retryAfterMs?: number;
}

/** What a guest asks whoever made the call; `args` is JSON text of a list. */
export interface GuestQuestion {
  readonly number: number;
  readonly name: string;
  readonly args: string;
}

/** What a call is made with beside its data. */
export interface GuestHooks {
  /** Answers with `=` and JSON text, or `!` and JSON text of a refusal. Never rejects. */
  readonly ask: (question: GuestQuestion) => Promise<string>;
  /** Takes a log line: JSON text. */
  readonly log: (line: string) => void;
  /** Takes what the call used of its processor time, in ms; not called for one that was killed. */
  readonly spent?: (cpuMs: number) => void;
  /** Ends the call when it aborts. */
  readonly signal?: AbortSignal;
}

/** Nobody answers, nobody listens. */
export const NO_HOOKS: GuestHooks = Object.freeze({
  ask: async () => '!{"code":"NOT_GRANTED","message":"Nobody answers."}',
  log: () => undefined,
});
