import { createHash } from "node:crypto";
import { type CompiledValue, compileValue } from "@mortise/builders";
import { type Contract, getPointer, type Json, MortiseError, type Operation } from "@mortise/contract";
import { sound } from "../operation/sound.ts";

/** What a list is read in parts of, made ready once. */
export type CompiledPartition =
  | { readonly kind: "over"; readonly values: CompiledValue }
  | {
      readonly kind: "parent";
      readonly operation: string;
      readonly input: CompiledValue;
      /** Short text that is the same for the same parent. */
      readonly keyOf: (item: Json) => string;
    };

/** Compiles `partition`. Throws `MISCONFIGURED` where it is not exactly one of `over` and `parent`, or there is no such parent. */
export function compilePartition(contract: Contract, name: string, operation: Operation): CompiledPartition | undefined {
  const { partition } = operation;
  if (partition === undefined) return undefined;
  const { over, parent } = partition;
  if (operation.stream === undefined) throw misconfigured(name, `is read in parts, but has no list ("stream")`);
  if (over !== undefined && parent === undefined)
    return { kind: "over", values: sound(compileValue(over, { path: "/partition/over" }), name) };
  if (parent === undefined || over !== undefined)
    throw misconfigured(name, "its partition is not exactly one of over and parent");
  const source = Object.hasOwn(contract.operations, parent.operation) ? contract.operations[parent.operation] : undefined;
  if (source?.stream === undefined || source.effect !== "read") {
    throw misconfigured(name, `its parent ${parent.operation} is no read operation with a stream`);
  }
  const { identity } = source;
  const keyOf = (item: Json): string => {
    const [first = item, ...others] = identity.map((pointer) => getPointer(item, pointer) ?? null);
    return partKey(others.length === 0 ? first : [first, ...others]);
  };
  return {
    kind: "parent",
    operation: parent.operation,
    input: sound(compileValue(parent.with, { path: "/partition/parent/with" }), name),
    keyOf,
  };
}

/** A part by a short text: itself where it is one, else its JSON, and a digest of what is long. */
export function partKey(part: Json): string {
  const text = typeof part === "string" ? part : JSON.stringify(part);
  return text.length <= 64 ? text : createHash("sha256").update(text).digest("base64url");
}

const misconfigured = (name: string, message: string): MortiseError =>
  new MortiseError("MISCONFIGURED", `${name}: ${message}.`, { path: "/partition" });
