import type { Diagnostic, Json } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { createRegistry, type Registry } from "@mortise/registry";
import type { Connector } from "@mortise/sdk";
import { builtInConnectors } from "@mortise/server/connectors";
import { checkWorkflow, parseWorkflow } from "@mortise/workflow";
import { type JsonFile, readJsonFile } from "./read-file.ts";

/** What a check found in one file or folder. */
export interface Checked {
  readonly file: string;
  readonly kind: "connector" | "workflow";
  readonly diagnostics: readonly Diagnostic[];
}

/** Checks a JSON document: a contract by its `format` or shape, everything else as a workflow. */
export async function checkDocument(path: string, connections: readonly string[] | undefined): Promise<Checked> {
  const read = await readJsonFile(path);
  if (looksLikeContract(read.value)) {
    return { file: path, kind: "connector", diagnostics: checkContract(read.value, { text: read.text }) };
  }
  return { file: path, kind: "workflow", diagnostics: checkWorkflowFile(read, createRegistry(builtInConnectors), connections) };
}

/** All diagnostics of a workflow file, with lines. */
export function checkWorkflowFile(
  read: JsonFile,
  registry: Registry<Connector>,
  connections: readonly string[] | undefined,
): readonly Diagnostic[] {
  const { workflow, diagnostics } = parseWorkflow(read.text);
  if (!workflow) return diagnostics;
  const catalogue = {
    operation: (use: string) => registry.operation(use),
    nearest: (use: string) => registry.nearestOperation(use),
  };
  const checked = checkWorkflow(workflow, catalogue, { ...(connections ? { connections } : {}), lineOf: read.lineOf });
  return [...diagnostics, ...checked.diagnostics];
}

function looksLikeContract(value: Json): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const document = value as { readonly [key: string]: Json };
  if (typeof document.format === "string" && document.format.startsWith("mortise."))
    return document.format.startsWith("mortise.contract/");
  return "operations" in document && !("nodes" in document);
}
