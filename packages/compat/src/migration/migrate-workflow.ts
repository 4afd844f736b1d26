import { type Contract, type Diagnostic, escapeSegment, isMortiseError, type Json, type JsonObject } from "@mortise/contract";
import semver from "semver";
import { pathOf, requireChain } from "./migration-chain.ts";
import { substitute } from "./substitute.ts";
import type { ValueCompiler } from "./value-compiler.ts";

/** A workflow after its migration. */
export interface MigratedWorkflow {
  /** The document with every node carried over that could be. */
  readonly workflow: JsonObject;
  /** JSON pointers to the nodes that were carried over. */
  readonly migrated: readonly string[];
  /** Nodes that were left as they are: an error where they cannot run, information where the shim runs them. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Rewrites the nodes of a workflow that use an older major version of a connector, so that they use the installed one. A node whose
 * output changed stays, as what reads it may be anywhere: the shim runs it. Throws `MIGRATION_FAILED` where a step is missing.
 */
export function migrateWorkflow(
  workflow: JsonObject,
  { contract, from, compile }: { readonly contract: Contract; readonly from: number; readonly compile: ValueCompiler },
): MigratedWorkflow {
  const chain = requireChain(contract, from);
  const prefix = new RegExp(`^${contract.name}@${from}(\\.\\d+){0,2}/`);
  const to = semver.major(contract.version);
  const migrated: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const left = (path: string, severity: Diagnostic["severity"], message: string, title: string): void => {
    diagnostics.push({
      code: severity === "error" ? "OPERATION_REMOVED" : "MIGRATION_FAILED",
      severity,
      path,
      message,
      fix: { title },
    });
  };

  const carry = (node: JsonObject, at: string): JsonObject => {
    const name = String(node.use).slice(String(node.use).indexOf("/") + 1);
    const path = pathOf(contract, chain, "operations", name);
    if (path.name === undefined) {
      left(
        at,
        "error",
        `${node.use} is not in ${contract.name}@${contract.version} any more.`,
        path.removed ?? "Choose another operation.",
      );
      return node;
    }
    if (path.steps.some(({ entry }) => entry.output !== undefined)) {
      left(
        at,
        "info",
        `${node.use} gives another output in ${to}: the node stays, and runs through the migration.`,
        `Use ${contract.name}@${to}/${path.name} in new nodes.`,
      );
      return node;
    }
    try {
      let given: Json = node.with ?? {};
      for (const { entry, path: place } of path.steps)
        if (entry.input !== undefined) given = substitute(entry.input, given, place, compile);
      migrated.push(at);
      return { ...node, use: `${contract.name}@${to}/${path.name}`, with: given };
    } catch (error) {
      if (!isMortiseError(error)) throw error;
      left(
        at,
        "info",
        `${error.message} The node stays, and runs through the migration.`,
        `Use ${contract.name}@${to}/${path.name} in new nodes.`,
      );
      return node;
    }
  };

  const walk = (value: Json, at: string): Json => {
    if (Array.isArray(value)) return value.map((each: Json, index) => walk(each, `${at}/${index}`));
    if (typeof value !== "object" || value === null) return value;
    const object = value as JsonObject;
    if (typeof object.use === "string" && prefix.test(object.use)) return carry(object, at);
    // The parameters of another connector's node are data, whatever they look like.
    if (typeof object.use === "string" && !object.use.startsWith("core/")) return object;
    return Object.fromEntries(Object.entries(object).map(([key, each]) => [key, walk(each, `${at}/${escapeSegment(key)}`)]));
  };

  const nodes = walk(workflow.nodes ?? {}, "/nodes");
  return { workflow: { ...workflow, nodes }, migrated, diagnostics };
}
