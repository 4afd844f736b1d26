import { type Json, type JsonSchema, type JsonSchemaObject, MortiseError } from "@mortise/contract";
import type { Scope } from "../expressions/compile-expression.ts";
import { describeValue } from "../schema/describe-value.ts";
import { KIND, kindsOf } from "../schema/kinds.ts";
import { elementOf, memberNames, memberOf } from "../schema/members.ts";
import { unionOf } from "../schema/union-of.ts";
import type { Transform, TransformerContext } from "./transformer.ts";

/** A record of data: fields by name. */
export type Row = { readonly [field: string]: Json };

/** Whether the value is a record. */
export function isRecord(value: Json | undefined): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The field's own value; undefined where it is missing. */
export function fieldOf(record: Row, field: string): Json | undefined {
  return Object.hasOwn(record, field) ? record[field] : undefined;
}

/** Writes a field of a record that is being made; a name such as `__proto__`, which data may hold, stays data. */
export function setField(record: { [field: string]: Json }, field: string, value: Json): void {
  if (field !== "__proto__") record[field] = value;
  else Object.defineProperty(record, field, { value, enumerable: true, writable: true, configurable: true });
}

/** Whether a value counts as missing: absent, null, or text of nothing but blanks. */
export function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

/** Runs on one record, or on each of a list of records. */
export function perRecord(name: string, run: (record: Row, scope: Scope, index: number) => Json): Transform {
  return (value, scope) => {
    if (isRecord(value)) return run(value, scope, 0);
    return listOf(name, value).map((each, index) => {
      if (isRecord(each)) return run(each, scope, index);
      throw new MortiseError("TRANSFORM_FAILED", `${name}: element ${index} is ${describeValue(each)}, expected a record`);
    });
  };
}

/** The value as a list; anything else fails. */
export function listOf(name: string, value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new MortiseError("TRANSFORM_FAILED", `${name}: found ${describeValue(value)}, expected a list`);
}

/** The value as a list of records; anything else fails. */
export function recordsOf(name: string, value: Json): readonly Row[] {
  return listOf(name, value).map((each, index) => {
    if (isRecord(each)) return each;
    throw new MortiseError("TRANSFORM_FAILED", `${name}: element ${index} is ${describeValue(each)}, expected a record`);
  });
}

/** The type after `change` was applied to one record, or to each of a list. */
export function perRecordType(input: JsonSchema, change: (row: JsonSchema) => JsonSchema): JsonSchema {
  const kinds = kindsOf(input);
  if (kinds === KIND.array) return { type: "array", items: change(elementOf(input)) };
  if (kinds === KIND.object) return change(input);
  return true;
}

/** The schema of the records in a value that is one record or a list of them. */
export function rowOf(input: JsonSchema): JsonSchema {
  const kinds = kindsOf(input);
  if (kinds === KIND.array) return elementOf(input);
  return kinds === KIND.object ? input : true;
}

/** A record schema with its fields laid open; `rest` is false where there can be no others. */
export interface RecordShape {
  readonly fields: ReadonlyMap<string, { readonly schema: JsonSchema; readonly required: boolean }>;
  readonly rest: JsonSchema;
}

/** The fields of a record schema; of an unknown one none, with anything as the rest. */
export function shapeOf(row: JsonSchema): RecordShape {
  if (kindsOf(row) !== KIND.object) return { fields: new Map(), rest: true };
  const fields = memberNames(row).map((name) => {
    const member = memberOf(row, name);
    return [name, { schema: member.schema, required: member.presence === "required" }] as const;
  });
  const other = memberOf(row, "\u0000");
  return { fields: new Map(fields), rest: other.presence === "unknown" ? false : other.schema };
}

/** The record schema of a shape. */
export function shapeToSchema(shape: RecordShape): JsonSchemaObject {
  const required = [...shape.fields].filter(([, field]) => field.required).map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries([...shape.fields].map(([name, field]) => [name, field.schema])),
    ...(required.length > 0 && { required }),
    ...(shape.rest !== true && { additionalProperties: shape.rest }),
  };
}

/** The record schema with one more field that is always there. */
export function withField(row: JsonSchema, field: string, schema: JsonSchema): JsonSchemaObject {
  const shape = shapeOf(row);
  return shapeToSchema({ fields: new Map([...shape.fields, [field, { schema, required: true }]]), rest: shape.rest });
}

/** The schema of a field as it is read; `true` where nothing is known, with null where it may be missing. */
export function fieldType(row: JsonSchema, field: string): JsonSchema {
  const member = memberOf(row, field);
  if (member.presence === "unknown") return { type: "null" };
  return member.presence === "required" ? member.schema : unionOf([member.schema, { type: "null" }]);
}

/** The schema of what any field of a record may hold. */
export function anyField(row: JsonSchema): JsonSchema {
  const shape = shapeOf(row);
  return unionOf([...[...shape.fields.values()].map((field) => field.schema), shape.rest]);
}

/** The schema of the elements of a list; `true` where it may be no list. */
export function itemOf(input: JsonSchema): JsonSchema {
  return kindsOf(input) === KIND.array ? elementOf(input) : true;
}

/** Evaluates values that see `row`, over the records of one run, without a new scope for each. */
export function rowScope(scope: Scope): { readonly scope: Scope; of(row: Json, index: number): Scope } {
  const inner: { [name: string]: unknown } = { ...scope, row: null, index: 0 };
  return {
    scope: inner,
    of(row, index) {
      inner.row = row;
      inner.index = index;
      return inner;
    },
  };
}

/** Reports each field that the records surely do not have. */
export function checkFields(context: TransformerContext, row: JsonSchema, fields: readonly string[], pointer: string): void {
  fields.forEach((field, i) => {
    context.checkField(row, field, `${pointer}/${i}`);
  });
}
