import type { Json, JsonObject, JsonSchemaObject } from "@mortise/contract";

/** What transformers and rules of one's own have in common. A version never changes. */
interface Definition {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  /** Semantic version; a use names it in full. */
  readonly version: string;
  readonly title: string;
  readonly description?: string;
  /** JSON Schema of an object: what a use may set. `{"$param": "name"}` in the body stands for it, expressions see it as `params.name`. */
  readonly params?: JsonSchemaObject;
}

/** A transformer of one's own: a pipeline with a name, parameters and cases (`mortise.transformer/1`). */
export interface TransformerDocument extends Definition {
  readonly format: "mortise.transformer/1";
  /** Steps of a `$map` without `from`; their expressions see `params` alone. */
  readonly steps: readonly Json[];
  /** At least one. */
  readonly cases: readonly { readonly from: Json; readonly with?: JsonObject; readonly gives: Json }[];
}

/** Rules of one's own (`mortise.rules/1`). */
export interface RulesDocument extends Definition {
  readonly format: "mortise.rules/1";
  readonly rules: readonly Json[];
  /** At least one. `rejected` are the positions of the rows that break a rule. */
  readonly cases: readonly {
    readonly rows: readonly Json[];
    readonly with?: JsonObject;
    readonly rejected: readonly number[];
    readonly problems?: readonly string[];
  }[];
}

/** A transformer or rules that somebody composed and named. */
export type DefinitionDocument = TransformerDocument | RulesDocument;

/** Definitions by reference, `name@version`. */
export type Definitions = { readonly [reference: string]: DefinitionDocument };

/** `name@version`. */
export function referenceTo({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}@${version}`;
}

/** What a reference to a definition looks like. */
export const REFERENCE = /^[a-z][a-z0-9-]{0,62}@(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]{1,60})?$/;
