import type { SandboxLimits } from "../sandbox-limits.ts";

/** Groups of host functions that guest code may be given. */
export type Capability = "crypto" | "encoding" | "random" | "clock";

export const CAPABILITIES: readonly Capability[] = Object.freeze(["crypto", "encoding", "random", "clock"]);

/** One call of guest code as it crosses threads and processes: plain data. */
export interface GuestCall {
  readonly source: string;
  readonly functionName: string;
  /** JSON text. */
  readonly input: string;
  readonly capabilities: readonly Capability[];
  /** What the guest's clock says, epoch ms. */
  readonly nowMs: number;
  readonly limits: SandboxLimits;
}

/**
 * Why a call gave nothing. `threw`: the code threw, or cannot be parsed. `missing`: it defines no such function. `not-json`: what it
 * returned is not JSON. `pending`: it waits for something that never comes. `crashed`: the engine trapped, or its thread or process ended.
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
}
