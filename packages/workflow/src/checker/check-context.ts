import type { Definitions } from "@mortise/builders";
import type { Diagnostic, ErrorCode, Fix, JsonSchema, Severity } from "@mortise/contract";
import type { PlacedNode } from "../graph/walk-nodes.ts";
import type { OperationCatalogue } from "./catalogue.ts";
import type { ConnectionFacts } from "./connection-facts.ts";
import type { CheckedCall, CheckedCore, CheckedSet, CheckedValue } from "./facts.ts";

/** What expressions of a place may see. */
export interface Visible {
  readonly vars: { readonly [name: string]: JsonSchema };
  readonly steps: VisibleSteps;
}

/** The nodes whose results a place may see; asked by name, so that a place costs what it reads and not what it could. */
export interface VisibleSteps {
  /** Type of `steps.<name>`; undefined where the place cannot see it. */
  typeOf(name: string): JsonSchema | undefined;
  names(): readonly string[];
}

/** Where no node has run. */
export const NO_STEPS: VisibleSteps = Object.freeze({ typeOf: () => undefined, names: () => [] });

/** Types of one node. */
export interface NodeTypes {
  /** Schema of `steps.<node>.output` where the node succeeded. */
  readonly output: JsonSchema;
  /** Schema of an object that holds every name that the node's expressions may use. */
  readonly scope: JsonSchema;
}

/** What all checks of one document share. */
export interface CheckContext {
  readonly catalogue: OperationCatalogue;
  readonly hasConnection: ((name: string) => boolean) | undefined;
  readonly connectionNames: readonly string[];
  /** Transformers and rules of one's own that the document brings. */
  readonly definitions: Definitions;
  /** Every node of the document by name; the first of that name. */
  readonly placed: ReadonlyMap<string, PlacedNode>;
  /** Nodes of stream operations: keys from `steps.<node>` down to the list. */
  readonly streams: ReadonlyMap<string, readonly string[]>;
  /** Facts about a connection; undefined: none are known. */
  readonly connection: (name: string) => ConnectionFacts | undefined;
  readonly diagnostics: Diagnostic[];
  /** What the rules about the whole workflow go by. */
  readonly values: CheckedValue[];
  readonly sets: Map<string, CheckedSet>;
  readonly calls: Map<string, CheckedCall>;
  readonly cores: Map<string, CheckedCore>;
  readonly types: { [node: string]: NodeTypes };
}

/** Adds a diagnostic. */
export function report(
  context: CheckContext,
  code: ErrorCode,
  path: string,
  message: string,
  { fix, severity = "error" }: { readonly fix?: Fix; readonly severity?: Severity } = {},
): void {
  context.diagnostics.push({ code, severity, path, message, ...(fix && { fix }) });
}

/** A schema whose values may also be null. */
export function nullable(schema: JsonSchema): JsonSchema {
  if (schema === true) return true;
  return schema === false ? { type: "null" } : { anyOf: [schema, { type: "null" }] };
}

/** The schema of a record with exactly these fields. */
export function recordOf(fields: { readonly [name: string]: JsonSchema }, optional: readonly string[] = []): JsonSchema {
  const required = Object.keys(fields).filter((name) => !optional.includes(name));
  return { type: "object", properties: fields, required, additionalProperties: false };
}

/** The scope as one schema. */
export function scopeSchema({ vars, steps }: Visible): JsonSchema {
  return recordOf({ ...vars, steps: stepsSchema(steps, steps.names()) });
}

/** The schema of `steps` with these nodes; one that cannot be seen has no type. */
export function stepsSchema(steps: VisibleSteps, names: readonly string[]): JsonSchema {
  return recordOf(Object.fromEntries(names.map((name) => [name, steps.typeOf(name) ?? true])));
}
