import type { ErrorCode, Fix, Json, JsonSchema, JsonSchemaObject, Severity } from "@mortise/contract";
import type { Row } from "../transformers/records.ts";
import type { CompiledValue } from "../values/compiled-value.ts";

/**
 * Checks one row; what comes back is why it breaks the rule, undefined where it holds. `memory` lives as long as one list is
 * checked and is empty at its start.
 */
export type RowCheck = (row: Row, index: number, memory: Map<string, unknown>) => string | undefined;

/** Mends a row where the rule knows how; the same row where there is nothing to mend. */
export type RowRepair = (row: Row, index: number) => Row;

/** A rule that was compiled. */
export interface CompiledRule {
  readonly check: RowCheck;
  /** Looks at a whole list before its rows are checked; the check that comes back takes the place of `check`. */
  readonly survey?: (rows: readonly Row[]) => RowCheck;
  /** Why the list as a whole breaks the rule; undefined where it holds. */
  readonly checkList?: (rows: readonly Row[]) => string | undefined;
  readonly repair?: RowRepair;
}

/**
 * One check of data, described by a schema. Every rule's file has the same order: the schema of its parameters, how it checks,
 * its texts. `rule`, `field`, `message` and `optional` are common to all, see {@link RuleContext}.
 */
export interface Rule<Params = Json> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly params: JsonSchemaObject;
  readonly compile: (params: Params, context: RuleContext) => CompiledRule;
}

/** What a rule sees of the place where it is used. */
export interface RuleContext {
  /** Schema of the rows; `true` where unknown. */
  readonly row: JsonSchema;
  /** Tells the rule from all others of its list: a key for what it keeps in the memory. */
  readonly id: string;
  /** Compiles rules inside of this one, for rows of this schema. */
  rules(documents: Json, pointer: string, row: JsonSchema): CompiledRule;
  /** Compiles a value that sees `row` and `index`. */
  value(value: Json, pointer: string): CompiledValue;
  report(severity: Severity, code: ErrorCode, pointer: string, message: string, fix?: Fix): void;
  checkField(field: string, pointer: string): void;
}
