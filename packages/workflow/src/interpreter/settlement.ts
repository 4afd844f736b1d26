import { CATALOGUE, type ErrorCode, type ErrorData, isMortiseError, type Json, MortiseError } from "@mortise/contract";
import type { Control } from "../nodes/core-node.ts";

/** How one node ended. */
export type Settlement = Succeeded | Failed | Skipped;

export interface Succeeded {
  readonly status: "succeeded";
  readonly output: Json;
  /** The way that a branch took. */
  readonly outlet?: string;
  /** Present where it ends more than itself. */
  readonly control?: Control;
}

export type { Control };

export interface Failed {
  readonly status: "failed";
  readonly error: ErrorData;
}

export interface Skipped {
  readonly status: "skipped";
  /** The node is disabled: those after it run as if it were not there. */
  readonly passed?: true;
}

/** A node that ended in an error. */
export function failed(error: ErrorData): Failed {
  return { status: "failed", error };
}

/** Turns whatever was thrown into plain data; what is no `MortiseError` becomes `INTERNAL`. */
export function errorOf(thrown: unknown): ErrorData {
  if (isMortiseError(thrown)) return thrown.data;
  return new MortiseError("INTERNAL", thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)).data;
}

/** The error to throw for plain data. A code that a workflow made up is carried as `nativeCode` of `WORKFLOW_FAILED_ITSELF`. */
export function throwable({ code, message, ...rest }: ErrorData): MortiseError {
  if (Object.hasOwn(CATALOGUE, code)) return new MortiseError(code as ErrorCode, message, rest);
  return new MortiseError("WORKFLOW_FAILED_ITSELF", message, { ...rest, nativeCode: code });
}
