import type { Workflow } from "@mortise/workflow";
import type { GraphStore } from "../store/graph-store.ts";

/** Workflow documents of this process. */
export class MemoryGraphStore implements GraphStore {
  readonly #graphs = new Map<string, Workflow>();

  async put(hash: string, workflow: Workflow): Promise<void> {
    if (!this.#graphs.has(hash)) this.#graphs.set(hash, structuredClone(workflow));
  }

  async get(hash: string): Promise<Workflow | undefined> {
    return this.#graphs.get(hash);
  }
}
