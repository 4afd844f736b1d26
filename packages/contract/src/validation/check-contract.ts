import type { Diagnostic } from "../diagnostic.ts";
import type { Json } from "../json.ts";
import { CONTRACT_SCHEMA } from "../meta-schema/contract-schema.ts";
import { readJson } from "../read-json.ts";
import { compileSchema } from "./compile-schema.ts";
import { checkAuth } from "./contract-checks/auth.ts";
import { checkAuthSchemes } from "./contract-checks/auth-schemes.ts";
import { checkBodies } from "./contract-checks/bodies.ts";
import { checkBudgets } from "./contract-checks/budgets.ts";
import { checkDurations } from "./contract-checks/durations.ts";
import { checkExamples } from "./contract-checks/examples.ts";
import { checkHosts } from "./contract-checks/hosts.ts";
import { checkPointers } from "./contract-checks/pointers.ts";
import { checkReading } from "./contract-checks/reading.ts";
import { checkReferences } from "./contract-checks/references.ts";
import { checkRepeats } from "./contract-checks/repeats.ts";
import { checkRequestStyles } from "./contract-checks/request-styles.ts";
import { checkSchemas } from "./contract-checks/schemas.ts";
import { checkShownTexts } from "./contract-checks/shown-texts.ts";
import { checkTriggers } from "./contract-checks/triggers.ts";
import { checkValues } from "./contract-checks/values.ts";
import { asObject } from "./loose.ts";

/** Options of {@link checkContract}. */
export interface CheckOptions {
  /** The text the value was read from; with it, every diagnostic has its line. */
  readonly text?: string;
  /** File name, put into every diagnostic. */
  readonly file?: string;
}

const CHECKS = Object.freeze([
  checkReferences,
  checkHosts,
  checkAuth,
  checkAuthSchemes,
  checkBudgets,
  checkDurations,
  checkSchemas,
  checkBodies,
  checkRequestStyles,
  checkRepeats,
  checkValues,
  checkPointers,
  checkReading,
  checkTriggers,
  checkExamples,
  checkShownTexts,
]);

/**
 * Finds every fault of a connector contract: first its shape against the closed vocabulary, then what refers to what, its schemas and
 * its examples. A contract without a diagnostic of severity `error` may be loaded. Never throws.
 */
export function checkContract(value: unknown, options: CheckOptions = {}): readonly Diagnostic[] {
  const shape = compileSchema(CONTRACT_SCHEMA)(value as Json).diagnostics;
  const found = distinct([...shape, ...CHECKS.flatMap((check) => check(asObject(value)))]);
  const lineOf = options.text === undefined ? undefined : readJson(options.text).lineOf;
  const placed = found.map((diagnostic) => ({
    ...diagnostic,
    ...(lineOf ? { line: lineOf(diagnostic.path) } : {}),
    ...(options.file === undefined ? {} : { file: options.file }),
  }));
  return lineOf ? placed.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) : placed;
}

function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [
    ...new Map(
      diagnostics.map((diagnostic) => [`${diagnostic.code} ${diagnostic.path} ${diagnostic.message}`, diagnostic]),
    ).values(),
  ];
}
