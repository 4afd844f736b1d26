import type { NodeSet } from "@mortise/workflow";
import type { Host } from "../host/open-host.ts";

/** What uses one connection. */
export interface ConnectionUse {
  readonly workflows: readonly { readonly id: string; readonly name: string }[];
  /** Names of the operations that are called over it. */
  readonly operations: ReadonlySet<string>;
}

/** What uses each connection, by its name; one that nothing uses is not in it. */
export async function connectionUses(host: Pick<Host, "store">): Promise<ReadonlyMap<string, ConnectionUse>> {
  const uses = new Map<string, { workflows: { id: string; name: string }[]; operations: Set<string> }>();
  for (const { id, document } of await host.store.workflows.list()) {
    for (const [connection, operations] of usesIn(document.nodes)) {
      const use = uses.get(connection) ?? { workflows: [], operations: new Set() };
      use.workflows.push({ id, name: document.name });
      for (const operation of operations) use.operations.add(operation);
      uses.set(connection, use);
    }
  }
  return uses;
}

function usesIn(nodes: NodeSet, found = new Map<string, Set<string>>()): ReadonlyMap<string, ReadonlySet<string>> {
  for (const node of Object.values(nodes)) {
    if (node.connection) {
      const operations = found.get(node.connection) ?? new Set();
      found.set(node.connection, operations.add(node.use.split("/")[1] ?? ""));
    }
    for (const key of ["nodes", "catch", "finally"]) {
      const body = node.with?.[key];
      if (typeof body === "object" && body !== null && !Array.isArray(body)) usesIn(body as unknown as NodeSet, found);
    }
  }
  return found;
}
