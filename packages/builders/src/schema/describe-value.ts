import type { Json } from "@mortise/contract";
import { describeKinds } from "./describe-type.ts";
import { kindOfJson } from "./kinds.ts";

/** The kind of a value in plain words; never the value itself. */
export function describeValue(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  return Number.isInteger(value) ? "whole number" : describeKinds(kindOfJson(value));
}
