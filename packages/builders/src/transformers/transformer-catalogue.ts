import type { JsonSchemaObject } from "@mortise/contract";
import type { TransformerGroup } from "./transformer.ts";
import { TRANSFORMERS } from "./transformer-list.ts";

/** The transformers as data: what forms, docs and `GET /api/v1/catalog/transformers` are made from. */
export const transformers: readonly {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly group: TransformerGroup;
  readonly params: JsonSchemaObject;
}[] = Object.freeze(
  TRANSFORMERS.map(({ name, title, description, group, params }) => Object.freeze({ name, title, description, group, params })),
);
