import {
  CATALOGUE,
  type Contract,
  type Diagnostic,
  isMortiseError,
  type Json,
  type JsonSchemaObject,
  selfContained,
} from "@mortise/contract";
import { compileSchema, type Validator } from "@mortise/contract/validation";

/** An event that does not fit its trigger's `output`: the vendor has changed, or the contract is wrong. It starts nothing. */
export interface InvalidEvent {
  readonly event: Json;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a delivery or an item came to: an event, or why none could be made of it. */
export type FoundEvent = { readonly event: Json; readonly failure?: Diagnostic };

/** Events, apart by whether they fit. */
export interface CheckedEvents {
  readonly events: readonly Json[];
  readonly invalid: readonly InvalidEvent[];
}

const validators = new WeakMap<JsonSchemaObject, Validator>();

/** Makes an event; where that fails on this data, the data itself with the reason. Throws what is no fault of the data. */
export function eventFrom(data: Json, make: () => Json): FoundEvent {
  try {
    return { event: make() };
  } catch (error) {
    if (!isMortiseError(error) || CATALOGUE[error.code].category !== "poison") throw error;
    return { event: data, failure: { code: error.code, severity: "error", path: "", message: error.message } };
  }
}

/** Checks each event against a trigger's `output`; one that does not fit does not hold the others up. */
export function checkedEvents(
  output: JsonSchemaObject,
  schemas: Contract["schemas"],
  found: readonly FoundEvent[],
): CheckedEvents {
  const known = validators.get(output);
  const validate = known ?? compileSchema(selfContained(output, schemas));
  if (known === undefined) validators.set(output, validate);
  const events: Json[] = [];
  const invalid: InvalidEvent[] = [];
  for (const { event, failure } of found) {
    const { ok, diagnostics } = failure === undefined ? validate(event) : { ok: false, diagnostics: [failure] };
    if (ok) events.push(event);
    else invalid.push({ event, diagnostics });
  }
  return { events, invalid };
}
