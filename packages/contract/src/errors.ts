import type { ErrorData } from "./call-result.ts";
import { CATALOGUE, type ErrorCode } from "./error-catalogue.ts";
import type { Json } from "./json.ts";

/** Options of {@link MortiseError}. */
export interface MortiseErrorOptions {
  /** Appended to the catalogue's remedy where the place knows more. */
  readonly remedy?: string;
  readonly path?: string;
  readonly status?: number;
  readonly nativeCode?: string;
  readonly retryAtMs?: number;
  readonly detail?: Json;
  readonly cause?: unknown;
}

/** The one error class: its code decides category, who must act and whether a retry makes sense (see the catalogue). */
export class MortiseError extends Error {
  override readonly name = "MortiseError";
  readonly code: ErrorCode;
  readonly data: ErrorData;

  constructor(code: ErrorCode, message: string, options: MortiseErrorOptions = {}) {
    const { cause, remedy, ...rest } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = Object.freeze({ code, message, remedy: remedy ?? CATALOGUE[code].remedy, ...rest });
  }
}

/** Tells a {@link MortiseError} by its shape, also one from another copy of this package. */
export function isMortiseError(value: unknown): value is MortiseError {
  return value instanceof Error && value.name === "MortiseError" && "code" in value && "data" in value;
}
