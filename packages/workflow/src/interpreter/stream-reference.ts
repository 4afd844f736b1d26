import type { Scope } from "@mortise/builders";
import { type Json, type JsonObject, parsePointer } from "@mortise/contract";
import { asObject, isObject } from "../model/loose.ts";
import type { CallPlan } from "./kinds/call-kind.ts";

/** A list that was not read yet: for-each reads it page by page. */
export interface StreamReference {
  readonly use: string;
  readonly connection?: string;
  readonly input: Json;
}

/** Where a list would stand in a stream operation's output: a reference, below the same keys. */
export function settleStream(plan: CallPlan, scope: Scope): Json {
  const { use, connection } = plan.graph.node;
  const reference = { $stream: { use, ...(connection === undefined ? {} : { connection }), input: plan.input.evaluate(scope) } };
  const keys = parsePointer(plan.facts?.streamItems ?? "") ?? [];
  return [...keys].reverse().reduce<JsonObject>((inner, key) => ({ [key]: inner }), reference);
}

/** Reads a stream reference; undefined for any other value. */
export function streamReference(value: Json): StreamReference | undefined {
  if (!isObject(value) || Object.keys(value).length !== 1 || !Object.hasOwn(value, "$stream")) return undefined;
  const { use, connection, input } = asObject(value.$stream);
  if (typeof use !== "string") return undefined;
  return { use, ...(typeof connection === "string" ? { connection } : {}), input: (input ?? {}) as Json };
}
