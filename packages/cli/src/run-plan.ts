import type { Registry } from "@mortise/registry";
import type { Connection } from "@mortise/runtime";
import type { Connector } from "@mortise/sdk";
import { type NodeSet, slotsOf, type Workflow } from "@mortise/workflow";

/** One node of a plan: what a run would call. */
export interface PlannedStep {
  readonly path: string;
  readonly use: string;
  /** `core` for steps that call nothing. */
  readonly effect: string;
  readonly connection?: string;
  /** Where its calls may go. */
  readonly hosts?: readonly string[];
}

/** What a run would call, in document order, without calling anything. */
export function planOf(
  workflow: Workflow,
  registry: Registry<Connector>,
  connections: ReadonlyMap<string, Connection>,
): readonly PlannedStep[] {
  return plan(workflow.nodes, "", registry, connections);
}

function plan(
  nodes: NodeSet,
  prefix: string,
  registry: Registry<Connector>,
  connections: ReadonlyMap<string, Connection>,
): readonly PlannedStep[] {
  return Object.entries(nodes).flatMap(([name, node]) => {
    const path = `${prefix}${name}`;
    const found = registry.operation(node.use);
    const step: PlannedStep = {
      path,
      use: node.use,
      effect: found?.operation.effect ?? "core",
      ...(node.connection ? { connection: node.connection } : {}),
      ...(found
        ? { hosts: hostsOf(found.connector.contract.hosts, node.connection ? connections.get(node.connection) : undefined) }
        : {}),
    };
    const bodies = slotsOf(node as unknown as { readonly [key: string]: unknown }).flatMap((key) => {
      const body = node.with?.[key];
      return typeof body === "object" && body !== null && !Array.isArray(body)
        ? plan(body as unknown as NodeSet, `${path}/`, registry, connections)
        : [];
    });
    return [step, ...bodies];
  });
}

function hostsOf(hosts: readonly string[], connection: Connection | undefined): readonly string[] {
  return hosts.map((host) =>
    host.replace(/\{settings\.(\w+)\}/g, (hole, name: string) => String(connection?.settings?.[name] ?? hole)),
  );
}
