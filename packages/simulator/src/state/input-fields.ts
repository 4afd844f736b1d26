import type { Json, JsonObject } from "@mortise/contract";
import { isList, isObject } from "../invert-value.ts";

/**
 * What a request says about an entity: its input, or the object inside of that (a body, a wrapper) which has most of the entity's properties.
 * `declared` empty: the input.
 */
export function inputFields(input: Json, declared: readonly string[]): JsonObject {
  if (!isObject(input)) return {};
  const candidates = [input, ...inside(input), ...inside(input).flatMap(inside)];
  const known = (each: JsonObject): number => Object.keys(each).filter((name) => declared.includes(name)).length;
  return candidates.reduce((best, each) => (known(each) > known(best) ? each : best), input);
}

const inside = (value: JsonObject): readonly JsonObject[] =>
  Object.values(value).filter((each): each is JsonObject => isObject(each) && !isList(each));
