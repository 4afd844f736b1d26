import type { Diagnostic, ErrorCode, Fix, Json, Severity } from "@mortise/contract";
import type { LintContext } from "./lint-context.ts";

/** Id of a check, stable for ever. */
export type CheckId = `MC${number}`;

/**
 * What a check's findings weigh at most: an `error` blocks loading and publishing, `certification` blocks the certificate, a `warning`
 * blocks nothing.
 */
export type CheckSeverity = "error" | "certification" | "warning";

/** One rule that a connector keeps. A file each in `checks/`, all with the same order of sections. */
export interface Check {
  readonly id: CheckId;
  /** Kebab-case; also the name of its file. */
  readonly name: string;
  readonly severity: CheckSeverity;
  /** The rule as a sentence. */
  readonly title: string;
  /** What goes wrong for users where it is broken. */
  readonly why: string;
  /** How the rule was read where its words leave room. */
  readonly reading?: string;
  /** What `mortise check --fix` does. Absent: a person must decide. */
  readonly autofix?: string;
  /** A connector that breaks the rule, and one that keeps it, as changes of the example connector. */
  readonly bad: CheckExample;
  readonly good: CheckExample;
  /** Faults that `checkContract` finds and that belong to this rule. */
  readonly adopts?: (fault: Diagnostic) => boolean;
  readonly run: (context: LintContext) => readonly Finding[];
}

/** A change of the example connector: a JSON Merge Patch (RFC 7396), files of its folder, and the version before. */
export interface CheckExample {
  readonly contract?: { readonly [key: string]: Json };
  readonly files?: { readonly [path: string]: string };
  /** Merge Patch of the example connector that gives the version published before. */
  readonly previous?: { readonly [key: string]: Json };
}

/** What a check found; `lintConnector` makes a diagnostic of it. */
export interface Finding {
  readonly code: ErrorCode;
  /** JSON pointer into the contract. */
  readonly path: string;
  /** Without the place, which is put before it. */
  readonly message: string;
  /** Absent: the check's own; a check may say less, never more. */
  readonly severity?: Severity;
  readonly fix?: Fix;
  /** File of the connector's folder, where it is not the contract. */
  readonly file?: string;
  readonly line?: number;
}

/** Freezes a check. */
export function defineCheck(check: Check): Check {
  return Object.freeze(check);
}
