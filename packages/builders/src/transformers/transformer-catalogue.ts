import type { JsonSchemaObject } from "@mortise/contract";
import { TRANSFORMERS } from "./transformer-list.ts";

/** The transformers as data: what forms, docs and `GET /api/v1/catalog/transformers` are made from. */
export const transformers: readonly {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly params: JsonSchemaObject;
}[] = Object.freeze(
  TRANSFORMERS.map(({ name, title, description, params }) => Object.freeze({ name, title, description, params })),
);
