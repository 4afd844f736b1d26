import type { Contract, Diagnostic } from "@mortise/contract";
import type { ConnectorFiles } from "./connector-files.ts";
import type { ComputedValue } from "./walk/computed-values.ts";
import { computedValues } from "./walk/computed-values.ts";
import type { Field } from "./walk/fields.ts";
import { formFields, resultFields } from "./walk/form-fields.ts";
import { onceFor } from "./walk/once-for.ts";
import { type SchemaPlace, schemaPlaces } from "./walk/schema-places.ts";

/** What is to be checked. */
export interface LintSubject {
  /** The contract, or what was read as one. */
  readonly contract: unknown;
  /** The text it was read from; with it, every diagnostic has its line. */
  readonly text?: string;
  /** Line of a JSON pointer, where the text was read already. Absent: found in `text`. */
  readonly lineOf?: (pointer: string) => number;
  /** File name of the contract, put into its diagnostics. */
  readonly file?: string;
  /** Files of the connector's folder. Absent: checks of sources, fixtures and the icon's file are left out. */
  readonly files?: ConnectorFiles;
  /** The version published before. Absent: nothing to compare with. */
  readonly previous?: Contract;
  /** Day for which waivers hold, ISO 8601 calendar date. */
  readonly today: string;
}

/** What a check sees: a contract whose shape is sound, and lists that are made once for all checks. */
export interface LintContext {
  readonly contract: Contract;
  readonly files?: ConnectorFiles;
  readonly previous?: Contract;
  /** ISO 8601 calendar date. */
  readonly today: string;
  /** What `checkContract` found. */
  readonly faults: readonly Diagnostic[];
  /** Fields that a person fills in: settings, credentials, inputs of operations and triggers, and shared schemas that these use. */
  readonly inputs: () => readonly Field[];
  /** Fields that come out of operations and triggers, with the shared schemas that these use. */
  readonly outputs: () => readonly Field[];
  /** Everything computed: `$cel`, `$text`, `$map` and plain expressions, with the names that each may read. */
  readonly values: () => readonly ComputedValue[];
  /** Every schema that the contract holds, shared ones once. */
  readonly schemas: () => readonly SchemaPlace[];
}

/** Makes the context of one run. */
export function lintContext(contract: Contract, subject: LintSubject, faults: readonly Diagnostic[]): LintContext {
  return Object.freeze({
    contract,
    ...(subject.files === undefined ? {} : { files: subject.files }),
    ...(subject.previous === undefined ? {} : { previous: subject.previous }),
    today: subject.today,
    faults,
    inputs: onceFor(() => formFields(contract)),
    outputs: onceFor(() => resultFields(contract)),
    values: onceFor(() => computedValues(contract)),
    schemas: onceFor(() => schemaPlaces(contract)),
  });
}
