import { type Json, type JsonSchema, MortiseError } from "@mortise/contract";
import Type, { type Static, type TProperties } from "typebox";
import { describeKinds, describeType } from "../schema/describe-type.ts";
import { describeValue } from "../schema/describe-value.ts";
import { inferSchema } from "../schema/infer-schema.ts";
import { KIND, type Kinds, kindOfJson, kindsOf } from "../schema/kinds.ts";
import { elementOf, memberOf } from "../schema/members.ts";
import { unionOf } from "../schema/union-of.ts";
import { TextBudget } from "./bounds.ts";
import { defineTransformer } from "./define-transformer.ts";
import { OnFail } from "./params.ts";
import { fieldOf, perRecord, perRecordType, rowOf, setField, shapeOf, shapeToSchema } from "./records.ts";
import type { Transform, Transformer, TransformerContext, TransformerGroup } from "./transformer.ts";

/** A transformer of single values as its file writes it. */
export interface FieldTransformerDefinition<Properties extends TProperties> {
  readonly name: string;
  readonly title: string;
  /** What it does with one value. */
  readonly description: string;
  readonly group: TransformerGroup;
  /** Its own parameters, next to the common ones. */
  readonly params: Properties;
  /** Kinds of value that it takes; null stays null, and a missing field stays missing. */
  readonly takes: Kinds;
  /** Without fields it takes the whole value, also a list, instead of each element. */
  readonly whole?: true;
  /** What the value is expected to be, in the message where it cannot be converted. Absent: its kind. */
  readonly expected?: string;
  /** Schema of what comes out, for a value of `type`. */
  readonly result: (params: Static<ReturnType<typeof Type.Object<Properties>>>, type: JsonSchema) => JsonSchema;
  /** Looks at the parameters before the run. */
  readonly check?: (params: Static<ReturnType<typeof Type.Object<Properties>>>, context: TransformerContext) => void;
  /** Compiles it to the conversion of one value; undefined comes out where it cannot be converted. */
  readonly compile: (params: Static<ReturnType<typeof Type.Object<Properties>>>) => (value: Json) => Json | undefined;
}

const Common = {
  fields: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      title: "Fields",
      minItems: 1,
      "x-help": "Each is replaced by its result. Absent: the value itself, or each element of a list.",
    }),
  ),
  into: Type.Optional(
    Type.String({ title: "Into field", minLength: 1, "x-help": "For the result of one field. Absent: the same field." }),
  ),
  onFail: Type.Optional(OnFail),
  default: Type.Optional(Type.Unsafe<Json>({ title: "Default" })),
};

interface CommonParams {
  readonly fields?: readonly string[];
  readonly into?: string;
  readonly onFail?: "stop" | "null" | "default";
  readonly default?: Json;
}

/** Makes a transformer of a conversion of single values: it knows records, lists, nulls, types and what to do when it fails. */
export function defineFieldTransformer<Properties extends TProperties>(
  definition: FieldTransformerDefinition<Properties>,
): Transformer {
  const { name, title, description, group, params, takes } = definition;
  type Own = Static<ReturnType<typeof Type.Object<Properties>>>;
  const schema = Type.Object(
    { fields: Common.fields, ...params, into: Common.into, onFail: Common.onFail, default: Common.default },
    { additionalProperties: false },
  );
  return defineTransformer({
    name,
    title,
    description,
    group,
    params: schema,
    outputType: (input, values, context) => {
      const common = values as CommonParams;
      const typed = (type: JsonSchema) => resultOf(definition.result(values as Own, type), type, common);
      checkInto(common, context);
      definition.check?.(values as Own, context);
      if (common.fields === undefined) {
        const perElement = definition.whole !== true && kindsOf(input) === KIND.array;
        const type = perElement ? elementOf(input) : input;
        refuseKinds(name, type, perElement || definition.whole ? takes : takes | KIND.array, "", context);
        if (perElement) return { type: "array", items: typed(type) };
        return definition.whole !== true && kindsOf(input) & KIND.array ? true : typed(input);
      }
      const row = rowOf(input);
      common.fields.forEach((field, i) => {
        context.checkField(row, field, `/fields/${i}`);
        const member = memberOf(row, field);
        if (member.presence !== "unknown") refuseKinds(name, member.schema, takes, `/fields/${i}`, context);
      });
      return perRecordType(input, (record) => fieldTypes(record, common, typed));
    },
    compile: (values) => {
      const common = values as CommonParams;
      const convert = definition.compile(values as Own);
      const expected = definition.expected ?? describeKinds(takes);
      const one = (value: Json, where: string, index: number | undefined): Json => {
        if (value === null) return null;
        const made = (kindOfJson(value) & takes) === 0 ? undefined : convert(value);
        if (made !== undefined) return made;
        if (common.onFail === "null") return null;
        if (common.onFail === "default") return common.default ?? null;
        const place = index === undefined ? where : `${where} of record ${index}`;
        throw new MortiseError("TRANSFORM_FAILED", `${name}: the ${describeValue(value)} in ${place} is no ${expected}`);
      };
      return run(name, common, definition.whole === true, one);
    },
  });
}

function run(
  name: string,
  { fields, into }: CommonParams,
  whole: boolean,
  one: (value: Json, where: string, index: number | undefined) => Json,
): Transform {
  if (fields === undefined) {
    return (value) => {
      if (whole || !Array.isArray(value)) return one(value, "the value", undefined);
      const budget = new TextBudget(name);
      return (value as readonly Json[]).map((each, index) => counted(one(each, `element ${index}`, undefined), budget));
    };
  }
  const places = fields.map((field) => [field, into ?? field, `"${field}"`] as const);
  return (input, scope) => {
    const budget = new TextBudget(name);
    return perRecord(name, (record, _, index) => {
      const result: { [field: string]: Json } = { ...record };
      for (const [field, target, where] of places) {
        const value = fieldOf(record, field);
        if (value !== undefined) setField(result, target, counted(one(value, where, index), budget));
      }
      return result;
    })(input, scope);
  };
}

function counted(value: Json, budget: TextBudget): Json {
  if (typeof value === "string") budget.count(value);
  return value;
}

function fieldTypes(
  record: JsonSchema,
  { fields = [], into }: CommonParams,
  typed: (type: JsonSchema) => JsonSchema,
): JsonSchema {
  const shape = shapeOf(record);
  const types = fields.map((field) => {
    const member = memberOf(record, field);
    const type = member.presence === "unknown" ? true : member.schema;
    return [into ?? field, { schema: typed(type), required: member.presence === "required" }] as const;
  });
  const wasThere = into !== undefined && !fields.includes(into) ? shape.fields.get(into) : undefined;
  const merged = types.map(([name, { schema, required }]) => {
    if (wasThere === undefined || required) return [name, { schema, required }] as const;
    return [name, { schema: unionOf([schema, wasThere.schema]), required: wasThere.required }] as const;
  });
  return shapeToSchema({ fields: new Map([...shape.fields, ...merged]), rest: shape.rest });
}

/** With null where the value may be null, and with what stands in for what cannot be converted. */
function resultOf(result: JsonSchema, type: JsonSchema, { onFail, default: standIn }: CommonParams): JsonSchema {
  const mayBeNull = (kindsOf(type) & KIND.null) !== 0 || onFail === "null" || (onFail === "default" && standIn == null);
  const others = onFail === "default" && standIn != null ? [inferSchema(standIn)] : [];
  return mayBeNull || others.length > 0
    ? unionOf([result, ...others, ...(mayBeNull ? [{ type: "null" } as const] : [])])
    : result;
}

function checkInto({ fields, into }: CommonParams, context: TransformerContext): void {
  if (into === undefined || fields?.length === 1) return;
  context.report("error", "INVALID_VALUE", "/into", '"into" takes the result of exactly one field', {
    title: "Name one field, or leave it away",
  });
}

function refuseKinds(name: string, type: JsonSchema, takes: Kinds, pointer: string, context: TransformerContext): void {
  const kinds = kindsOf(type);
  if (kinds === 0 || (kinds & (takes | KIND.null)) !== 0) return;
  const message = `${name} needs ${describeKinds(takes & ~KIND.array || takes)}, found ${describeType(type)}`;
  context.report("error", "EXPRESSION_TYPE", pointer, message, { title: "Convert it before, for example with cast" });
}
