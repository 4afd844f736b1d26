import type { Diagnostic, ErrorCode, Fix, Severity } from "@mortise/contract";
import type { Facts } from "../facts.ts";

/** A rule about a whole workflow, after its types are known. Every file in this folder has the same order: rule, then what it is made of. */
export interface WorkflowRule {
  readonly code: ErrorCode;
  readonly check: (facts: Facts) => readonly Diagnostic[];
}

/** A diagnostic of a rule. */
export function finding(code: ErrorCode, severity: Severity, path: string, message: string, fix?: Fix): Diagnostic {
  return { code, severity, path, message, ...(fix && { fix }) };
}
