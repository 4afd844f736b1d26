import type { Json } from "@mortise/contract";

/** An answer before it is written: `body` is what a decoder makes of it. Absent: no body. */
export interface SimulatedAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body?: Json;
  /** A body that no decoder of the contract is for. Takes the place of `body`. */
  readonly text?: { readonly type: string; readonly content: string };
}
