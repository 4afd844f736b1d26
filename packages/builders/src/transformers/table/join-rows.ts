import { type Json, type JsonSchema, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { describeType } from "../../schema/describe-type.ts";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { unionOf } from "../../schema/union-of.ts";
import { boundElements } from "../bounds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { keyOf } from "../group-rows.ts";
import { Choice, RowValue } from "../params.ts";
import { fieldOf, isBlank, itemOf, type RecordShape, type Row, recordsOf, setField, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    with: RowValue("Other table", "A list of records, computed once."),
    on: Type.Record(Type.String(), Type.String({ minLength: 1 }), {
      title: "On",
      minProperties: 1,
      "x-help": 'Field here to field there: {"customerId": "id"}. Records match that agree in all of them; blanks match nothing.',
    }),
    kind: Type.Optional(
      Choice(["inner", "left", "right", "full"], {
        title: "Kind",
        default: "inner",
        "x-help": "inner: only matches · left: also those of this table without · right: also those of the other · full: all",
      }),
    ),
    prefix: Type.Optional(
      Type.String({ title: "Prefix", default: "", "x-help": "Put before the names of the other table's fields." }),
    ),
  },
  { additionalProperties: false },
);

export const joinRows = defineTransformer({
  name: "joinRows",
  title: "Join tables",
  description:
    "Puts records of two tables together that agree in their keys; each match makes one record. Fields of the other table win, its keys are left out unless there is a prefix; what has no match gets null.",
  group: "table",
  takes: "rows",
  params: Params,
  outputType: (input, { with: other, on, kind = "inner", prefix = "" }, context) => {
    const { type } = context.value(other, "/with");
    if ((kindsOf(type) & KIND.array) === 0)
      context.report("error", "EXPRESSION_TYPE", "/with", `a list is needed, found ${describeType(type)}`);
    for (const [here, there] of Object.entries(on)) {
      context.checkField(itemOf(input), here, "/on");
      context.checkField(itemOf(type), there, "/on");
    }
    const [left, right] = [shapeOf(itemOf(input)), shapeOf(itemOf(type))];
    if (left.rest !== false || right.rest !== false) return { type: "array", items: { type: "object" } };
    return { type: "array", items: joinedType(left, right, { on, kind, prefix }) };
  },
  compile: ({ with: other, on, kind = "inner", prefix = "" }, context) => {
    const source = context.value(other, "/with");
    const [here, there] = [Object.keys(on), Object.values(on)];
    const dropped = new Set(prefix === "" ? there : []);
    return (value, scope) => {
      const [left, right] = [recordsOf("joinRows", value), recordsOf("joinRows", source.evaluate(scope))];
      const index = new Map<string, number[]>();
      right.forEach((row, i) => {
        const key = matchKey(row, there);
        const known = key === undefined ? undefined : index.get(key);
        if (known) known.push(i);
        else if (key !== undefined) index.set(key, [i]);
      });
      const nothingLeft = names(left);
      const nothingRight = names(right).filter((name) => !dropped.has(name));
      const matched = new Set<number>();
      const made: Json[] = [];
      const add = (row: { [field: string]: Json }): void => {
        boundElements("joinRows", made.length);
        made.push(row);
      };
      const put = (target: { [field: string]: Json }, row: Row): { [field: string]: Json } => {
        for (const name of nothingRight) setField(target, prefix + name, fieldOf(row, name) ?? null);
        return target;
      };
      for (const row of left) {
        const key = matchKey(row, here);
        const found = key === undefined ? undefined : index.get(key);
        for (const i of found ?? []) {
          matched.add(i);
          add(put({ ...row }, right[i] ?? {}));
        }
        if (found === undefined && (kind === "left" || kind === "full")) add(put({ ...row }, {}));
      }
      if (kind !== "right" && kind !== "full") return made;
      right.forEach((row, i) => {
        if (matched.has(i)) return;
        const blank: { [field: string]: Json } = {};
        for (const name of nothingLeft) setField(blank, name, null);
        for (const [name, other] of Object.entries(on)) setField(blank, name, fieldOf(row, other) ?? null);
        add(put(blank, row));
      });
      return made;
    };
  },
});

function names(rows: readonly Row[]): readonly string[] {
  const found = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) found.add(name);
  if (found.size > 10_000) throw new MortiseError("EXPRESSION_LIMIT", "joinRows: a table has more than 10000 columns");
  return [...found];
}

function matchKey(row: Row, fields: readonly string[]): string | undefined {
  const values = fields.map((field) => fieldOf(row, field) ?? null);
  return values.some(isBlank) ? undefined : keyOf(values);
}

interface JoinKind {
  readonly on: { readonly [here: string]: string };
  readonly kind: "inner" | "left" | "right" | "full";
  readonly prefix: string;
}

function joinedType(left: RecordShape, right: RecordShape, { on, kind, prefix }: JoinKind): JsonSchema {
  const keys = Object.values(on);
  const fields = new Map<string, { readonly schema: JsonSchema; readonly required: boolean }>();
  const nullable = (schema: JsonSchema): JsonSchema => unionOf([schema, { type: "null" }]);
  const keepsRight = kind === "right" || kind === "full";
  for (const [name, field] of left.fields) {
    const other = Object.hasOwn(on, name) ? (right.fields.get(on[name] ?? "")?.schema ?? true) : undefined;
    const own = keepsRight ? nullable(other === undefined ? field.schema : unionOf([field.schema, other])) : field.schema;
    fields.set(name, { schema: own, required: field.required });
  }
  if (keepsRight)
    for (const [here, there] of Object.entries(on))
      if (!fields.has(here)) fields.set(here, { schema: nullable(right.fields.get(there)?.schema ?? true), required: false });
  for (const [name, field] of right.fields) {
    if (prefix === "" && keys.includes(name)) continue;
    // A column that no record of the other table has is in no joined record either.
    const before = fields.get(prefix + name);
    const schema = nullable(field.schema);
    if (before !== undefined) fields.set(prefix + name, { schema: unionOf([before.schema, schema]), required: before.required });
    else fields.set(prefix + name, { schema, required: false });
  }
  return shapeToSchema({ fields, rest: false });
}
