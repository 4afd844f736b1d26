import type { Json, JsonObject, JsonSchemaObject } from "@mortise/contract";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { request } from "./request.ts";
import type { ChoicePage } from "./types.ts";

/** Which field is asked about, and what it depends on. */
export interface FieldQuestion {
  /** `connector[@version]/operation`. */
  readonly operation: string;
  readonly connection?: string;
  /** JSON pointer into the operation's input schema. */
  readonly field: string;
  readonly input: JsonObject;
}

const ONE_MINUTE_MS = 60_000;

/** Choices of a field, page by page. */
export const choicesQuery = (question: FieldQuestion, search: string) =>
  infiniteQueryOptions({
    queryKey: ["choices", question, search],
    queryFn: ({ pageParam, signal }) =>
      request<ChoicePage>("catalog/options", {
        method: "POST",
        body: { ...question, search, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as Json,
    getNextPageParam: ({ next }) => next,
    staleTime: ONE_MINUTE_MS,
    retry: false,
  });

/** Shape of an object. */
export const shapeQuery = (question: FieldQuestion) =>
  queryOptions({
    queryKey: ["shape", question],
    queryFn: async ({ signal }) =>
      (await request<{ schema: JsonSchemaObject }>("catalog/fields", { method: "POST", body: question, signal })).schema,
    staleTime: ONE_MINUTE_MS,
    retry: false,
  });
