import { type Workflow, workflowHash } from "@mortise/workflow";
import type { GraphStore } from "../store/graph-store.ts";

/** Finds the saved revision of a workflow that `name@revision` means; undefined: there is none. */
export type FindRevision = (reference: string) => Promise<Workflow | undefined>;

/** The documents of an engine, and those that other workflows name; what was found is kept for as long as runs may need it. */
export function withRevisions(graphs: GraphStore, find: FindRevision | undefined) {
  return {
    get: (hash: string) => graphs.get(hash),
    find: async (reference: string): Promise<string | undefined> => {
      const workflow = await find?.(reference);
      if (workflow === undefined) return undefined;
      const hash = await workflowHash(workflow);
      await graphs.put(hash, workflow);
      return hash;
    },
  };
}
