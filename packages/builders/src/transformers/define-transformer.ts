import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import type { Static, TSchema } from "typebox";
import type { Transform, Transformer, TransformerContext, TransformerGroup, TransformerInput } from "./transformer.ts";

/** A transformer as its file writes it: parameters typed by their schema. */
export interface TransformerDefinition<Schema extends TSchema> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly group: TransformerGroup;
  readonly takes?: TransformerInput;
  readonly params: Schema;
  readonly outputType: (input: JsonSchema, params: Static<Schema>, context: TransformerContext) => JsonSchema;
  readonly compile: (params: Static<Schema>, context: TransformerContext) => Transform;
}

/** Makes a transformer of its definition. Parameters were checked against the schema before they come here. */
export function defineTransformer<Schema extends TSchema>(definition: TransformerDefinition<Schema>): Transformer {
  const { name, title, description, group, takes, params, outputType, compile } = definition;
  return Object.freeze({
    name,
    title,
    description,
    group,
    ...(takes && { takes }),
    params: params as JsonSchemaObject,
    outputType: (input: JsonSchema, values: Json, context: TransformerContext) =>
      outputType(input, values as Static<Schema>, context),
    compile: (values: Json, context: TransformerContext) => compile(values as Static<Schema>, context),
  });
}
