import type { Json, JsonSchema } from "@mortise/contract";
import { fitsSchema } from "@mortise/contract/validation";
import type { Findings } from "../document/findings.ts";
import type { Place } from "../document/place.ts";
import type { Draft } from "./convert-schema.ts";

/** A default whose schema may refer to others that are not known yet. */
export interface PendingDefault {
  readonly draft: Draft;
  readonly place: Place;
}

/** Drops defaults that their own schemas refuse: a caller who leaves the field out would be refused. */
export function dropBadDefaults(
  pending: readonly PendingDefault[],
  schemas: { readonly [name: string]: JsonSchema },
  findings: Findings,
): void {
  for (const { draft, place } of pending) {
    const { default: value, ...schema } = draft;
    if (value === undefined || fitsSchema(schema, value as Json, schemas) === true) continue;
    delete draft.default;
    findings.add("warning", "INVALID_VALUE", place, "the default breaks its own schema and was left out");
  }
}
