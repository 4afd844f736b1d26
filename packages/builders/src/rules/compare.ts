import type { Json } from "@mortise/contract";
import Type from "typebox";
import { DecimalSum } from "../expressions/decimal.ts";
import { describeType } from "../schema/describe-type.ts";
import { orderValues } from "../transformers/order-values.ts";
import { fieldOf, isBlank, type Row } from "../transformers/records.ts";
import { defineRule } from "./define-rule.ts";
import { numberOf } from "./number-of.ts";

const WORDS: { readonly [is: string]: string } = {
  "==": "equal",
  "!=": "differ from",
  "<": "be less than",
  "<=": "be at most",
  ">": "be more than",
  ">=": "be at least",
};

interface Params {
  readonly field: string;
  readonly is?: string;
  readonly to: string | readonly string[] | { readonly $cel: string };
  readonly tolerance?: number;
  readonly optional?: boolean;
  readonly repair?: boolean;
}

export const compare = defineRule({
  name: "compare",
  title: "Compare fields",
  description:
    "The field compares to another, to the sum of several, or to an expression over row. Numbers in text count, sums are exact in decimal. With repair, an equality that does not hold is mended by writing the computed value.",
  params: {
    field: Type.String({ title: "Field", minLength: 1 }),
    is: Type.Optional(
      Type.Union(
        Object.keys(WORDS).map((sign) => Type.Literal(sign)),
        { title: "Is", default: "==" },
      ),
    ),
    to: Type.Union(
      [
        Type.String({ title: "Other field", minLength: 1 }),
        Type.Array(Type.String({ minLength: 1 }), { title: "Sum of fields", minItems: 1 }),
        Type.Object({ $cel: Type.String() }, { title: "Expression", additionalProperties: false }),
      ],
      { title: "To" },
    ),
    tolerance: Type.Optional(
      Type.Number({ title: "Tolerance", minimum: 0, default: 0, "x-help": "By how much two numbers may differ." }),
    ),
    optional: Type.Optional(
      Type.Boolean({ title: "May be missing", default: false, "x-help": "Not checked where one side is blank." }),
    ),
    repair: Type.Optional(
      Type.Boolean({ title: "Repair", default: false, "x-help": "Only for ==: the field takes the computed value." }),
    ),
  },
  compile: (params, context) => {
    const { field, is = "==", to, tolerance = 0, optional = false, repair = false } = params as unknown as Params;
    context.checkField(field, "/field");
    if (repair && is !== "==") context.report("error", "INVALID_VALUE", "/repair", 'only "==" can be repaired');
    const other = otherSide(to, context);
    const name =
      typeof to === "string"
        ? `"${to}"`
        : Array.isArray(to)
          ? `the sum of ${to.map((each) => `"${each}"`).join(", ")}`
          : "the computed value";
    const broken = (row: Row, index: number): string | undefined => {
      const left = fieldOf(row, field);
      const right = other(row, index);
      if (isBlank(left) || isBlank(right))
        return optional ? undefined : isBlank(left) ? `"${field}" is missing` : `${name} is missing`;
      return holds(left as Json, right as Json, is, tolerance) ? undefined : `"${field}" must ${WORDS[is]} ${name}`;
    };
    if (!repair) return { check: broken };
    return {
      check: broken,
      repair: (row, index) =>
        broken(row, index) === undefined || isBlank(other(row, index)) ? row : { ...row, [field]: other(row, index) as Json },
    };
  },
});

function otherSide(
  to: Params["to"],
  context: Parameters<typeof compare.compile>[1],
): (row: Row, index: number) => Json | undefined {
  if (typeof to === "string") {
    context.checkField(to, "/to");
    return (row) => fieldOf(row, to);
  }
  if (isFieldList(to)) {
    to.forEach((each, i) => {
      context.checkField(each, `/to/${i}`);
    });
    return (row) => {
      const sum = new DecimalSum();
      for (const each of to) {
        const value = fieldOf(row, each);
        const number = isBlank(value) ? 0 : numberOf(value as Json);
        if (number === undefined) return undefined;
        sum.add(number);
      }
      return sum.value;
    };
  }
  const value = context.value({ $cel: to.$cel }, "/to");
  if (value.type === false) context.report("error", "EXPRESSION_TYPE", "/to", `the expression gives ${describeType(value.type)}`);
  return (row, index) => value.evaluate({ row, index });
}

function isFieldList(to: Params["to"]): to is readonly string[] {
  return Array.isArray(to);
}

function holds(left: Json, right: Json, is: string, tolerance: number): boolean {
  const [a, b] = [numberOf(left), numberOf(right)];
  const order = a !== undefined && b !== undefined ? (Math.abs(a - b) <= tolerance ? 0 : a - b) : orderValues(left, right, false);
  switch (is) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}
