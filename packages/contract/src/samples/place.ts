import type { Json, JsonSchema } from "../json.ts";
import type { Facts } from "./facts.ts";
import type { Random } from "./random.ts";

/**
 * What a sample is for.
 * - `typical`: what the schema gives as a sample where it does, otherwise values that read like real ones; most optional keys are there
 * - `minimal`: required keys, shortest lists
 * - `edge`: the ends of what is allowed: bounds, empty and longest texts, null, unusual characters
 */
export type SampleMode = "typical" | "minimal" | "edge";

/** One place that a value is made for. */
export interface Place {
  readonly facts: Facts;
  /** Of this place alone, so that another try here leaves the rest as it is. */
  readonly random: Random;
  readonly mode: SampleMode;
  /** JSON pointer; `""` is the whole value. */
  readonly path: string;
  /** Key that the value is at; `""` for the whole value. */
  readonly key: string;
  /** Steps below the whole value. */
  readonly depth: number;
  /** How often the place was made anew because its value did not fit. */
  readonly rerolls: number;
  /** Makes the value of a child place. Undefined where nothing fits. */
  readonly child: (key: string | number, schemas: readonly JsonSchema[]) => Json | undefined;
  /** Whether the sample is large or deep enough: only what must be there is made. */
  readonly isFull: () => boolean;
}
