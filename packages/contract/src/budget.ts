import type { InstantSource } from "./outcome.ts";
import type { CelValue } from "./value.ts";

/**
 * A named rate or concurrency limit. An expression sees `settings` and is worked out once a connection; where it comes to null, the
 * limit is as if it were absent.
 */
export interface Budget {
  /** Permits in one window, above 0. Absent: only `concurrency` limits. */
  readonly rate?: number | CelValue;
  /** Length of the window, e.g. `"1s"`, `"1m"`, ISO 8601 or `ms|s|m|h|d`. Needed with `rate`. */
  readonly per?: string | CelValue;
  /** Calls in flight at once, at least 1. Absent: unlimited. */
  readonly concurrency?: number | CelValue;
  /** Who shares it. */
  readonly scope: "connection" | "connector" | "tenant";
  /** Where an answer tells when the window starts anew, and in which form. */
  readonly reset?: InstantSource;
  /** Header with the permits that are left in the window: no more are used until `reset`; 0 closes the budget for all who share it. */
  readonly remaining?: { readonly header: string };
  /** Header with the permits of a whole window; it may lower `rate`, never raise it. */
  readonly limit?: { readonly header: string };
}
