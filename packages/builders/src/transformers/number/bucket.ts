import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const bucket = defineFieldTransformer({
  name: "bucket",
  title: "Sort into ranges",
  description: "Replaces a number by the name of the range that it lies in.",
  group: "number",
  params: {
    ranges: Type.Array(
      Type.Object(
        {
          name: Type.String({ title: "Name" }),
          below: Type.Optional(Type.Number({ title: "Below", "x-help": "Numbers less than this. Absent: all the rest." })),
        },
        { additionalProperties: false },
      ),
      { title: "Ranges", minItems: 1, "x-help": "In rising order; the first that fits wins." },
    ),
  },
  takes: KIND.number,
  expected: "number of a range",
  result: ({ ranges }) => ({ type: "string", enum: [...new Set(ranges.map(({ name }) => name))] }),
  check: ({ ranges }, context) => {
    ranges.forEach(({ below }, i) => {
      const before = ranges[i - 1];
      if (i === 0 || before === undefined || (before.below !== undefined && (below === undefined || below > before.below)))
        return;
      context.report("error", "INVALID_VALUE", `/ranges/${i}`, "the bounds must rise, and only the last range may have none");
    });
  },
  compile:
    ({ ranges }) =>
    (value) =>
      ranges.find(({ below }) => below === undefined || (value as number) < below)?.name,
});
