import type { RecordedCall, Unshaped } from "./operation.ts";
import type { Recording } from "./record.ts";

/** A search, and a create where it finds nothing; still to be recorded against the operation's schemas. */
export interface SearchOrCreateSpec<Input, Settings> {
  readonly search: RecordedCall<{ readonly input: Input; readonly settings: Settings }> & {
    /** The item, from the search's `output`; null where there is none. */
    readonly item: Recording<{ readonly output: Unshaped }>;
  };
  readonly create: RecordedCall<{ readonly input: Input; readonly settings: Settings }>;
}

/** Finds an item, and creates it where there is none. The operation's output is `{ item, created }`. */
export function searchOrCreate<Input, Settings>(spec: SearchOrCreateSpec<Input, Settings>): SearchOrCreateSpec<Input, Settings> {
  return Object.freeze({ search: spec.search, create: spec.create });
}
