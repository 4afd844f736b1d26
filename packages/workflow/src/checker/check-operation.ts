import { resolveReferences, schemaAt } from "@mortise/builders";
import { type Fix, type Json, type JsonSchema, nearest, parsePointer } from "@mortise/contract";
import type { GraphNode } from "../graph/set-graph.ts";
import { coreNodes } from "../nodes/core-nodes.ts";
import { contractOf, type FoundOperation, needsConnection } from "./catalogue.ts";
import { type CheckContext, nullable, recordOf, report, type Visible } from "./check-context.ts";
import { checkValue } from "./check-value.ts";

/** Checks a node that calls an operation; returns the type of its output. */
export function checkOperation(context: CheckContext, graph: GraphNode, visible: Visible): JsonSchema {
  const { node, pointer, name } = graph;
  const found = context.catalogue.operation(typeof node.use === "string" ? node.use : "");
  if (found === undefined) {
    if (typeof node.use === "string") reportUnknown(context, graph, node.use);
    checkValue(context, { value: (node.with ?? {}) as Json, path: `${pointer}/with`, expects: true, visible, node: name });
    return true;
  }
  const connection = typeof node.connection === "string" ? context.connection(node.connection) : undefined;
  context.calls.set(name, { graph, found, connection });
  checkConnection(context, graph, found);
  checkRepeat(context, graph, found);
  const { operation } = found;
  const path = node.with === undefined ? pointer : `${pointer}/with`;
  checkValue(context, {
    value: (node.with ?? {}) as Json,
    path,
    expects: resolveReferences(operation.input),
    visible,
    node: name,
  });
  const output = resolveReferences(operation.output);
  if (operation.stream) return streamOutput(output, operation.stream.items);
  return node.onUnknown === "assume-done" ? nullable(output) : output;
}

/** A stream operation is read by for-each, so that nothing but its list is there. */
function streamOutput(output: JsonSchema, items: string): JsonSchema {
  const keys = parsePointer(items) ?? [];
  const list = schemaAt(output, keys) ?? { type: "array" };
  return [...keys].reverse().reduce<JsonSchema>((inner, key) => recordOf({ [key]: inner }), list);
}

function reportUnknown(context: CheckContext, { pointer, name }: GraphNode, use: string): void {
  const path = `${pointer}/use`;
  const instead = context.catalogue.removed?.(use);
  if (instead !== undefined) {
    const message = `"${name}" uses "${use}", which is gone in the version that is installed.`;
    report(context, "OPERATION_REMOVED", path, message, { fix: { title: instead } });
    return;
  }
  const isCore = use.startsWith("core/") || !use.includes("/");
  const cores = coreNodes.map(({ spec }) => spec.use);
  const near = isCore ? nearest(use.startsWith("core/") ? use : `core/${use}`, cores) : context.catalogue.nearest(use);
  const fix: Fix = near
    ? { title: `Did you mean "${near}"?`, patch: [{ op: "replace", path, value: near }] }
    : { title: isCore ? `Use one of: ${cores.join(", ")}.` : "Install the connector, or pick another operation." };
  const message = isCore
    ? `"${name}" uses "${use}", and there is no such step.`
    : `"${name}" uses "${use}", and no installed connector has that operation.`;
  report(context, isCore ? "UNKNOWN_NODE" : "UNKNOWN_OPERATION", path, message, { fix });
}

function checkConnection(context: CheckContext, { node, name, pointer }: GraphNode, found: FoundOperation): void {
  const contract = contractOf(found);
  const path = `${pointer}/connection`;
  if (typeof node.connection !== "string") {
    if (!needsConnection(contract, found.operation.auth)) return;
    const only = context.connectionNames.length === 1 ? context.connectionNames[0] : undefined;
    const patch = only === undefined ? {} : { patch: [{ op: "add", path, value: only } as const] };
    const title = only === undefined ? `Choose or create a connection to ${contract.title}.` : `Use the connection "${only}".`;
    report(context, "MISSING_CONNECTION", pointer, `"${name}" calls ${contract.title}, which needs a connection.`, {
      fix: { title, ...patch },
    });
    return;
  }
  if (context.hasConnection === undefined || context.hasConnection(node.connection)) return;
  const near = nearest(node.connection, context.connectionNames);
  const fix: Fix = near
    ? { title: `Did you mean "${near}"?`, patch: [{ op: "replace", path, value: near }] }
    : { title: `Create the connection "${node.connection}", or choose another.` };
  report(
    context,
    "CONNECTION_NOT_FOUND",
    path,
    `"${name}" uses the connection "${node.connection}", and there is none of that name.`,
    { fix },
  );
}

function checkRepeat(context: CheckContext, { node, name, pointer }: GraphNode, { operation }: FoundOperation): void {
  const isSettled = operation.idempotency !== "none" || operation.probe !== undefined;
  if (operation.effect === "read" || isSettled || node.onUnknown !== undefined) return;
  const message = `"${name}" (${operation.title}) is not safe to repeat: after a crash in the middle of it nobody knows whether it took effect, and the run stops for a person to decide.`;
  report(context, "UNSAFE_RETRY", pointer, message, {
    severity: "warning",
    fix: {
      title: "Say so in the document, or use an operation with an idempotency key.",
      patch: [{ op: "add", path: `${pointer}/onUnknown`, value: "fail" }],
    },
  });
}
