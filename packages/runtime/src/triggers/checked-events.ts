import { type Contract, type Diagnostic, type Json, type JsonSchemaObject, selfContained } from "@mortise/contract";
import { compileSchema, type Validator } from "@mortise/contract/validation";

/** An event that does not fit its trigger's `output`: the vendor has changed, or the contract is wrong. It starts nothing. */
export interface InvalidEvent {
  readonly event: Json;
  readonly diagnostics: readonly Diagnostic[];
}

/** Events, apart by whether they fit. */
export interface CheckedEvents {
  readonly events: readonly Json[];
  readonly invalid: readonly InvalidEvent[];
}

const validators = new WeakMap<JsonSchemaObject, Validator>();

/** Checks each event against a trigger's `output`; one that does not fit does not hold the others up. */
export function checkedEvents(output: JsonSchemaObject, schemas: Contract["schemas"], found: readonly Json[]): CheckedEvents {
  const known = validators.get(output);
  const validate = known ?? compileSchema(selfContained(output, schemas));
  if (known === undefined) validators.set(output, validate);
  const events: Json[] = [];
  const invalid: InvalidEvent[] = [];
  for (const event of found) {
    const checked = validate(event);
    if (checked.ok) events.push(event);
    else invalid.push({ event, diagnostics: checked.diagnostics });
  }
  return { events, invalid };
}
