import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { nearest } from "@mortise/contract";
import { describeKinds, describeType } from "./describe-type.ts";
import { KIND, kindsOf } from "./kinds.ts";
import { elementOf, isClosed, memberNames, memberOf } from "./members.ts";
import { resolveReferences } from "./resolve-references.ts";

/** Whether values of one schema fit into the place of another. */
export interface Assignability {
  /** False only where values surely do not fit; what is open or unknown may fit. */
  readonly ok: boolean;
  /** Why not, naming found and expected; with `ok` true: which values might not fit. */
  readonly reason?: string;
  /** Where it fails, as a JSON pointer into the value; absent: the value itself. */
  readonly at?: string;
}

const FITS: Assignability = Object.freeze({ ok: true });

/** Decides whether a value of schema `from` can be put where `to` is expected (both JSON Schema 2020-12). */
export function isAssignable(from: JsonSchema, to: JsonSchema): Assignability {
  return assign(resolveReferences(from), resolveReferences(to), "", 0);
}

function assign(from: JsonSchema, to: JsonSchema, at: string, depth: number): Assignability {
  if (to === true || from === true || from === false || depth > 40) return FITS;
  if (to === false) return fails("nothing is allowed here", at);
  const alternatives = alternativesOf(from);
  if (alternatives.length > 1) return assignEach(alternatives, to, at, depth);
  const choices = alternativesOf(to);
  if (choices.length > 1) return assignToAny(from, choices, at, depth);
  const found = kindsOf(from);
  const wanted = kindsOf(to) | (kindsOf(to) & KIND.string ? KIND.timestamp | KIND.duration : 0);
  if ((found & wanted) === 0) return fails(`found ${describeType(from)}, expected ${describeType(to)}`, at);
  const constants = assignConstants(from, to, at);
  if (!constants.ok) return constants;
  const nested = assignNested(from, to, found & wanted, at, depth);
  if (!nested.ok || nested.reason) return nested;
  const misfit = found & ~wanted;
  return misfit === 0 || found === 511 ? FITS : { ok: true, reason: `it may be ${describeKinds(misfit)}`, ...place(at) };
}

function assignEach(alternatives: readonly JsonSchema[], to: JsonSchema, at: string, depth: number): Assignability {
  const results = alternatives.map((each) => assign(each, to, at, depth + 1));
  const failed = results.find((each) => !each.ok);
  if (failed === undefined) return results.find((each) => each.reason) ?? FITS;
  if (results.every((each) => !each.ok)) {
    const described = describeType({ anyOf: alternatives });
    return results.length === 1 ? failed : fails(`found ${described}, expected ${describeType(to)}`, at);
  }
  return { ...failed, ok: true };
}

function assignToAny(from: JsonSchema, choices: readonly JsonSchema[], at: string, depth: number): Assignability {
  const results = choices.map((each) => assign(from, each, at, depth + 1));
  const fitting = results.filter((each) => each.ok);
  if (fitting.length > 0) return fitting.find((each) => !each.reason) ?? fitting[0] ?? FITS;
  const sameKind = choices.findIndex((each) => (kindsOf(each) & kindsOf(from)) !== 0);
  const nearest = results[sameKind];
  if (nearest && choices.filter((each) => kindsOf(each) & kindsOf(from)).length === 1) return nearest;
  return fails(`found ${describeType(from)}, expected ${describeType({ anyOf: choices })}`, at);
}

function assignConstants(from: JsonSchema, to: JsonSchema, at: string): Assignability {
  if (typeof from === "boolean" || typeof to === "boolean") return FITS;
  const values = constantsOf(from);
  const allowed = constantsOf(to);
  if (values && allowed && !values.some((value) => includes(allowed, value))) {
    const near =
      typeof values[0] === "string"
        ? nearest(
            values[0],
            allowed.filter((each) => typeof each === "string"),
          )
        : undefined;
    const expected = `expected one of ${allowed
      .slice(0, 8)
      .map((value) => JSON.stringify(value))
      .join(", ")}`;
    return fails(
      `found ${values.map((value) => JSON.stringify(value)).join(" or ")}, ${expected}${near ? `; did you mean ${JSON.stringify(near)}?` : ""}`,
      at,
    );
  }
  if (
    values &&
    !allowed &&
    values.every((value) => typeof value === "number") &&
    to.type === "integer" &&
    !values.some(Number.isInteger)
  ) {
    return fails(`found ${values.join(" or ")}, expected a whole number`, at);
  }
  return FITS;
}

function assignNested(from: JsonSchema, to: JsonSchema, kinds: number, at: string, depth: number): Assignability {
  if (kinds === KIND.array) return assign(elementOf(from), elementOf(to), `${at}/*`, depth + 1);
  if (kinds !== KIND.object || typeof from === "boolean" || typeof to === "boolean") return FITS;
  return assignRecord(from, to, at, depth);
}

function assignRecord(from: JsonSchemaObject, to: JsonSchemaObject, at: string, depth: number): Assignability {
  const wanted = memberNames(to);
  let risk: Assignability = FITS;
  for (const key of new Set([...wanted, ...(to.required ?? [])])) {
    const target = memberOf(to, key);
    const source = memberOf(from, key);
    if (target.presence === "required" && source.presence === "unknown") return fails(`the field "${key}" is missing`, at);
    if (target.presence === "required" && source.presence === "optional")
      risk = { ok: true, reason: `the field "${key}" may be missing`, ...place(at) };
    if (source.presence === "unknown" || source.presence === "open") continue;
    const result = assign(source.schema, target.schema, `${at}/${key}`, depth + 1);
    if (!result.ok && source.presence === "required") return result;
    if (!result.ok || result.reason) risk = { ...result, ok: true };
  }
  const unknown = isClosed(to)
    ? memberNames(from).find((key) => memberOf(to, key).presence === "unknown" && memberOf(from, key).presence === "required")
    : undefined;
  if (unknown === undefined) return risk;
  const near = nearest(unknown, wanted);
  return fails(`there is no field "${unknown}"${near ? `; did you mean "${near}"?` : ""}`, at);
}

function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  if (typeof schema === "boolean") return [schema];
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (!alternatives) return [schema];
  const { anyOf, oneOf, title, description, ...own } = schema;
  return Object.keys(own).some((key) => key === "properties" || key === "allOf") ? [schema] : alternatives;
}

function constantsOf(schema: JsonSchemaObject): readonly Json[] | undefined {
  return schema.const !== undefined ? [schema.const] : schema.enum;
}

function includes(values: readonly Json[], wanted: Json): boolean {
  return values.some((value) => value === wanted || JSON.stringify(value) === JSON.stringify(wanted));
}

function fails(reason: string, at: string): Assignability {
  return { ok: false, reason: at === "" ? reason : `${at}: ${reason}`, ...place(at) };
}

function place(at: string): { readonly at?: string } {
  return at === "" ? {} : { at };
}
