import type { Waived } from "@mortise/certify";
import type { Diagnostic, Json } from "@mortise/contract";
import { createRegistry } from "@mortise/registry";
import { builtInConnectors } from "@mortise/server/connectors";
import { checkWorkflowFile, checkWorkflowText, type WorkflowSurroundings } from "./check-workflow-file.ts";
import type { VersionComparison } from "./compare-versions.ts";
import { fixWorkflow } from "./fix-workflow.ts";
import { type LintOptions, lintContract, unfixable } from "./lint-contract.ts";
import { type JsonFile, readJsonFile } from "./read-file.ts";
import { writeWhole } from "./write-whole.ts";

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
  const surroundings = { registry: createRegistry(builtInConnectors), ...(connections && { connections }), advice: true };
  const checked: Checked = { file: path, kind: "workflow", diagnostics: checkWorkflowFile(read, surroundings) };
  if (options.fix !== true || read.value === undefined) return checked;
  return await mendWorkflow(checked, read, surroundings);
}

/** Writes back what a tool can mend, and checks again. */
async function mendWorkflow(checked: Checked, { text, value }: JsonFile, around: WorkflowSurroundings): Promise<Checked> {
  const { document, applied } = fixWorkflow(value, (each) => checkWorkflowText(each, around));
  const obstacle = unfixable(text);
  if (applied.length === 0) return checked;
  if (obstacle !== undefined) return { ...checked, unfixed: `${applied.length} of these can be mended, but ${obstacle}` };
  const fresh = `${JSON.stringify(document, null, 2)}\n`.replaceAll("\n", text.includes("\r\n") ? "\r\n" : "\n");
  await writeWhole(checked.file, fresh);
  const fixed = applied.map(({ code, path, fix }) => ({ check: code, path, title: fix?.title ?? "" }));
  return { ...checked, diagnostics: checkWorkflowText(document, around), fixed };
}

function looksLikeContract(value: Json): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const document = value as { readonly [key: string]: Json };
  if (typeof document.format === "string" && document.format.startsWith("mortise."))
    return document.format.startsWith("mortise.contract/");
  return "operations" in document && !("nodes" in document);
}
