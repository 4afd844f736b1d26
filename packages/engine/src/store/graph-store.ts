import type { Workflow } from "@mortise/workflow";

/** Keeps workflow documents by the hash of their content; an entry never changes. */
export interface GraphStore {
  /** Stores a document; storing it again changes nothing. */
  put(hash: string, workflow: Workflow): Promise<void>;
  get(hash: string): Promise<Workflow | undefined>;
}
