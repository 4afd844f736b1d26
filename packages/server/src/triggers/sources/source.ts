import type { StoredWorkflow } from "../../store/workflow-store.ts";
import type { DeskOptions, TriggerDesk } from "../trigger-desk.ts";

/** What a trigger listens to while its workflow is active. */
export interface Source {
  /** Stops listening, and waits for what is being taken in. */
  close(): Promise<void>;
}

/** What a source works with. */
export interface SourceContext extends DeskOptions {
  readonly desk: TriggerDesk;
  /** The live revision. */
  readonly live: StoredWorkflow;
}

/** Of triggers that are told by a request or by another run, and listen to nothing themselves. */
export const QUIET: Source = Object.freeze({ close: async () => {} });
