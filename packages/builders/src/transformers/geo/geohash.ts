import type { Json } from "@mortise/contract";
import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName } from "../params.ts";
import { perRecord, perRecordType, rowOf, setField, withField } from "../records.ts";
import { encodeGeohash } from "./geohash-cells.ts";
import { PositionFields, positionIn } from "./positions.ts";

const Params = Type.Object(
  {
    ...PositionFields,
    precision: Type.Optional(
      Type.Integer({
        title: "Characters",
        minimum: 1,
        maximum: 12,
        default: 9,
        "x-help": "5 is about 5 km, 7 about 150 m, 9 about 5 m.",
      }),
    ),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const geohash = defineTransformer({
  name: "geohash",
  title: "Geohash",
  description: "Writes a place as a geohash: places with the same beginning are near each other. Null where one is blank.",
  group: "geo",
  takes: "records",
  params: Params,
  outputType: (input, { latitude = "latitude", longitude = "longitude", into }, context) => {
    context.checkField(rowOf(input), latitude, "/latitude");
    context.checkField(rowOf(input), longitude, "/longitude");
    return perRecordType(input, (row) => withField(row, into, { type: ["string", "null"] }));
  },
  compile: ({ latitude = "latitude", longitude = "longitude", precision = 9, into }) =>
    perRecord("geohash", (record, _, index) => {
      const at = positionIn("geohash", record, index, latitude, longitude);
      const made: { [field: string]: Json } = { ...record };
      setField(made, into, at ? encodeGeohash(at, precision) : null);
      return made;
    }),
});
