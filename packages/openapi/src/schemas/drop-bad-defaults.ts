import type { Json, JsonSchema } from "@mortise/contract";
import { fitsSchema } from "@mortise/contract/validation";
import type { Findings } from "../document/findings.ts";
import type { Place } from "../document/place.ts";
import type { Draft } from "./convert-schema.ts";

/** A default or sample whose schema may refer to others that are not known yet. */
export interface PendingDefault {
  readonly draft: Draft;
  readonly place: Place;
}

/**
 * Drops defaults that their own schemas refuse: a caller who leaves the field out would be refused. Samples that are refused go without
 * a word.
 */
export function dropBadDefaults(
  pending: readonly PendingDefault[],
  schemas: { readonly [name: string]: JsonSchema },
  findings: Findings,
): void {
  for (const { draft, place } of pending) {
    const { default: value, examples, ...schema } = draft;
    const refuses = (given: unknown): boolean => fitsSchema(schema, given as Json, schemas) !== true;
    if (Array.isArray(examples) && examples.some(refuses)) delete draft.examples;
    if (value === undefined || !refuses(value)) continue;
    delete draft.default;
    findings.add("warning", "INVALID_VALUE", place, "the default breaks its own schema and was left out");
  }
}
