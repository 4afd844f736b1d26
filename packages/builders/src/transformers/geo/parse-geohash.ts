import type { Json } from "@mortise/contract";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { decodeGeohash } from "./geohash-cells.ts";

export const parseGeohash = defineFieldTransformer({
  name: "parseGeohash",
  title: "Read a geohash",
  description: "Makes of a geohash the place in the middle of its cell.",
  group: "geo",
  params: {},
  takes: KIND.string,
  expected: "geohash of 1 to 12 characters",
  result: () => ({
    type: "object",
    properties: { latitude: { type: "number" }, longitude: { type: "number" } },
    required: ["latitude", "longitude"],
    additionalProperties: false,
  }),
  compile:
    () =>
    (value): Json | undefined => {
      const place = decodeGeohash((value as string).trim());
      return place && { latitude: place.latitude, longitude: place.longitude };
    },
});
