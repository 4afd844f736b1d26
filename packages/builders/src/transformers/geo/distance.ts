import type { Json } from "@mortise/contract";
import Type from "typebox";
import { roundTo } from "../../expressions/decimal.ts";
import { defineTransformer } from "../define-transformer.ts";
import { Choice, FieldName } from "../params.ts";
import { perRecord, perRecordType, rowOf, setField, withField } from "../records.ts";
import { type Position, PositionFields, positionIn } from "./positions.ts";

const Params = Type.Object(
  {
    ...PositionFields,
    toLatitude: FieldName("Latitude field of the other place"),
    toLongitude: FieldName("Longitude field of the other place"),
    unit: Type.Optional(Choice(["km", "m", "mi", "nmi"], { title: "Unit", default: "km" })),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

const PER_KM = { km: 1, m: 1_000, mi: 1 / 1.609344, nmi: 1 / 1.852 } as const;
/** Mean radius of the earth (IUGG). */
const RADIUS_KM = 6_371.0088;

export const distance = defineTransformer({
  name: "distance",
  title: "Distance",
  description:
    "Computes the distance between two places along the great circle (haversine formula, on a sphere: at most 0.6 % off). Null where one is blank.",
  group: "geo",
  takes: "records",
  params: Params,
  outputType: (input, { latitude = "latitude", longitude = "longitude", toLatitude, toLongitude, into }, context) => {
    context.checkField(rowOf(input), latitude, "/latitude");
    context.checkField(rowOf(input), longitude, "/longitude");
    context.checkField(rowOf(input), toLatitude, "/toLatitude");
    context.checkField(rowOf(input), toLongitude, "/toLongitude");
    return perRecordType(input, (row) => withField(row, into, { type: ["number", "null"] }));
  },
  compile: ({ latitude = "latitude", longitude = "longitude", toLatitude, toLongitude, unit = "km", into }) =>
    perRecord("distance", (record, _, index) => {
      const from = positionIn("distance", record, index, latitude, longitude);
      const to = positionIn("distance", record, index, toLatitude, toLongitude);
      const made: { [field: string]: Json } = { ...record };
      setField(made, into, from && to ? roundTo(haversineKm(from, to) * PER_KM[unit], 6) : null);
      return made;
    }),
});

function haversineKm(from: Position, to: Position): number {
  const radians = Math.PI / 180;
  const north = Math.sin(((to.latitude - from.latitude) * radians) / 2);
  const east = Math.sin(((to.longitude - from.longitude) * radians) / 2);
  const a = north * north + Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * east * east;
  return 2 * RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(a)));
}
