import type { Json } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";

/** One part, and where it is found again. */
export interface Part {
  readonly value: Json;
  readonly key: string;
  readonly place: Json;
}

/** Gives the parts one after the other. */
export interface PartSource {
  /** The next part; undefined after the last. */
  next(call: ReadyCall): Promise<Part | undefined>;
  /** Where to go on after the part that was given last; null: it is known that there is none. */
  readonly after: Json;
  close(): Promise<void>;
}
