import type { ErrorCode, Fix, Json, JsonSchema, JsonSchemaObject, Severity } from "@mortise/contract";
import type { Scope } from "../expressions/compile-expression.ts";
import type { CompiledValue } from "../values/compiled-value.ts";

/** Turns a value into another; sees the scope of the pipeline around it. */
export type Transform = (value: Json, scope: Scope) => Json;

/** The groups of transformers, in the order in which the builder offers them. */
export const TRANSFORMER_GROUPS = [
  "structure",
  "text",
  "number",
  "money",
  "date",
  "list",
  "table",
  "format",
  "privacy",
  "geo",
] as const;

/** A group of transformers. */
export type TransformerGroup = (typeof TRANSFORMER_GROUPS)[number];

/** What a transformer takes: a list of anything, a list of records, or one record or a list of them. */
export type TransformerInput = "list" | "rows" | "records";

/**
 * One step of data shaping, described by schemas. Every transformer's file has the same order: the schema of its parameters, what
 * comes out, how it runs, its texts.
 */
export interface Transformer<Params = Json> {
  /** Its key in a `$map` entry. */
  readonly name: string;
  readonly title: string;
  /** What it does, in one or two sentences. */
  readonly description: string;
  /** What kind of data it shapes; its folder has the same name. */
  readonly group: TransformerGroup;
  /** What it fails without; told before the run. Absent: it takes anything, or says itself what not. */
  readonly takes?: TransformerInput;
  /** JSON Schema 2020-12 of its parameters, made for a generated form. */
  readonly params: JsonSchemaObject;
  /** The schema of what comes out; reports parameters that do not fit the input. */
  readonly outputType: (input: JsonSchema, params: Params, context: TransformerContext) => JsonSchema;
  /** Compiles it once; called after `outputType`, with the same context. */
  readonly compile: (params: Params, context: TransformerContext) => Transform;
}

/** What a transformer sees of the place where it is used. */
export interface TransformerContext {
  /**
   * Compiles a value in the parameters that is computed for each record, with `row` in scope; the same `pointer` is compiled once.
   */
  rowValue(value: Json, pointer: string, row: JsonSchema): CompiledValue;
  /** Compiles a value in the parameters that is computed once, without `row`. */
  value(value: Json, pointer: string): CompiledValue;
  /** Notes a problem at a JSON pointer inside of the parameters. */
  report(severity: Severity, code: ErrorCode, pointer: string, message: string, fix?: Fix): void;
  /** Reports fields that records of this schema cannot have. */
  checkField(row: JsonSchema, field: string, pointer: string): void;
}
