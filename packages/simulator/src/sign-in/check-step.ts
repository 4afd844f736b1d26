import { compileValue, type Scope } from "@mortise/builders";
import type { Json, TokenStep, Value } from "@mortise/contract";
import { type WireRequest, wireBody } from "../wire-request.ts";
import { textOf } from "./value-at.ts";

/** The parts of a request that a contract describes. */
export type DescribedRequest = Partial<Pick<TokenStep, "query" | "headers" | "body" | "bodyType">>;

/**
 * Why a request is not the one that a description comes to in a scope; undefined: it is, or that cannot be told, as it reads something that
 * is not known here, such as the time. What it holds beyond that does not matter.
 */
export function stepProblem(described: DescribedRequest, request: WireRequest, scope: Scope): string | undefined {
  const { data } = wireBody(request);
  const query: Json = Object.fromEntries(request.query);
  return (
    partProblem("the query", described.query, query, scope, true) ??
    partProblem("the headers", lowerCased(described.headers), { ...request.headers }, scope, true) ??
    partProblem("the body", described.body, data, scope, described.bodyType === "form")
  );
}

function partProblem(
  what: string,
  value: Value | undefined,
  seen: Json | undefined,
  scope: Scope,
  isText: boolean,
): string | undefined {
  if (value === undefined) return undefined;
  const compiled = compileValue(value);
  if (compiled.reads.some(([name]) => name !== undefined && !Object.hasOwn(scope, name))) return undefined;
  let expected: Json;
  try {
    expected = compiled.evaluate(scope);
  } catch {
    return undefined;
  }
  const missing = differing(expected, seen ?? null, isText);
  return missing === undefined ? undefined : `${what} is not what the contract says${missing === "" ? "" : `: ${missing}`}`;
}

/** Where a value does not hold what is expected; `""`: all of it. */
function differing(expected: Json, seen: Json, isText: boolean): string | undefined {
  if (isRecord(expected)) {
    const found = isRecord(seen) ? seen : {};
    return Object.entries(expected)
      .filter(([, value]) => value !== null || !isText)
      .find(([name, value]) => differing(value, found[name] ?? null, isText) !== undefined)?.[0];
  }
  const isSame = isText ? textOf(expected) === textOf(seen) : JSON.stringify(expected) === JSON.stringify(seen);
  return isSame ? undefined : "";
}

/** Names of headers come in lower case; of a computed record they are left as they are. */
function lowerCased(headers: Value | undefined): Value | undefined {
  if (!isRecord(headers) || "$cel" in headers || "$map" in headers) return undefined;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
