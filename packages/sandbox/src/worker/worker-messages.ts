import type { GuestAnswer, GuestCall, GuestQuestion } from "../guest/guest-call.ts";

/** What a thread is told. `run` numbers its calls: what comes late for an earlier one is dropped. */
export type ToWorker =
  | { readonly run: number; readonly call: GuestCall }
  | { readonly run: number; readonly number: number; readonly text: string };

/** What a thread says. */
export type FromWorker =
  | "ready"
  | { readonly run: number; readonly question: GuestQuestion }
  | { readonly run: number; readonly line: string }
  | { readonly run: number; readonly answer: GuestAnswer; readonly cpuMs: number };
