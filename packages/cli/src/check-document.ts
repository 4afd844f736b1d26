import type { Waived } from "@mortise/certify";
import type { Diagnostic, Json } from "@mortise/contract";
import { createRegistry } from "@mortise/registry";
import { builtInConnectors } from "@mortise/server/connectors";
import { checkWorkflowFile } from "./check-workflow-file.ts";
import type { VersionComparison } from "./compare-versions.ts";
import { type LintOptions, lintContract } from "./lint-contract.ts";
import { readJsonFile } from "./read-file.ts";

/** What a check found in one file or folder. */
export interface Checked {
  readonly file: string;
  readonly kind: "connector" | "workflow";
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that somebody answers for. */
  readonly waived?: readonly Waived[];
  /** What changed since the version that it was compared with. */
  readonly comparison?: VersionComparison;
  /** What `--fix` changed. */
  readonly fixed?: readonly { readonly check: string; readonly path: string; readonly title: string }[];
  /** Why `--fix` changed nothing, though it could. */
  readonly unfixed?: string;
}

/** Checks a JSON document: a contract by its `format` or shape, everything else as a workflow. */
export async function checkDocument(
  path: string,
  connections: readonly string[] | undefined,
  options: LintOptions = {},
): Promise<Checked> {
  const read = await readJsonFile(path);
  if (looksLikeContract(read.value))
    return await lintContract({ file: path, contract: read.value, text: read.text, lineOf: read.lineOf }, options);
  return { file: path, kind: "workflow", diagnostics: checkWorkflowFile(read, createRegistry(builtInConnectors), connections) };
}

function looksLikeContract(value: Json): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const document = value as { readonly [key: string]: Json };
  if (typeof document.format === "string" && document.format.startsWith("mortise."))
    return document.format.startsWith("mortise.contract/");
  return "operations" in document && !("nodes" in document);
}
