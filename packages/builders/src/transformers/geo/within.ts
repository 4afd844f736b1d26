import type { Json } from "@mortise/contract";
import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName } from "../params.ts";
import { perRecord, perRecordType, rowOf, setField, withField } from "../records.ts";
import { type Position, PositionFields, positionIn } from "./positions.ts";

const Params = Type.Object(
  {
    ...PositionFields,
    polygon: Type.Array(Type.Array(Type.Number(), { minItems: 2 }), {
      title: "Corners",
      minItems: 3,
      "x-help": "Longitude and latitude of each, as GeoJSON writes a ring (RFC 7946, section 3.1.6): [[13.0, 52.3], …].",
    }),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const within = defineTransformer({
  name: "within",
  title: "Inside of an area",
  description:
    "Says whether a place lies inside of a polygon (on a plane of degrees; not across the date line). Null where the place is blank.",
  group: "geo",
  takes: "records",
  params: Params,
  outputType: (input, { latitude = "latitude", longitude = "longitude", into }, context) => {
    context.checkField(rowOf(input), latitude, "/latitude");
    context.checkField(rowOf(input), longitude, "/longitude");
    return perRecordType(input, (row) => withField(row, into, { type: ["boolean", "null"] }));
  },
  compile: ({ latitude = "latitude", longitude = "longitude", polygon, into }) =>
    perRecord("within", (record, _, index) => {
      const at = positionIn("within", record, index, latitude, longitude);
      const made: { [field: string]: Json } = { ...record };
      setField(made, into, at ? isInside(at, polygon) : null);
      return made;
    }),
});

/** Counts the edges that a ray to the east crosses. */
function isInside({ latitude, longitude }: Position, ring: readonly (readonly number[])[]): boolean {
  let inside = false;
  for (let i = 0, before = ring.length - 1; i < ring.length; before = i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? [];
    const [x2 = 0, y2 = 0] = ring[before] ?? [];
    const crosses = y1 > latitude !== y2 > latitude && longitude < ((x2 - x1) * (latitude - y1)) / (y2 - y1) + x1;
    if (crosses) inside = !inside;
  }
  return inside;
}
