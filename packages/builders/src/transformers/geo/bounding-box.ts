import type { Json } from "@mortise/contract";
import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { itemOf, recordsOf } from "../records.ts";
import { PositionFields, positionIn } from "./positions.ts";

const Params = Type.Object({ ...PositionFields }, { additionalProperties: false });
const DEGREES = Object.freeze({ type: ["number", "null"] as const });

export const boundingBox = defineTransformer({
  name: "boundingBox",
  title: "Bounding box",
  description:
    "Finds the smallest box of degrees that holds all places of a list, and how many there are. Nulls where there is no place; the date line is not crossed.",
  group: "geo",
  takes: "rows",
  params: Params,
  outputType: (input, { latitude = "latitude", longitude = "longitude" }, context) => {
    context.checkField(itemOf(input), latitude, "/latitude");
    context.checkField(itemOf(input), longitude, "/longitude");
    return {
      type: "object",
      properties: { south: DEGREES, west: DEGREES, north: DEGREES, east: DEGREES, count: { type: "integer", minimum: 0 } },
      required: ["south", "west", "north", "east", "count"],
      additionalProperties: false,
    };
  },
  compile:
    ({ latitude = "latitude", longitude = "longitude" }) =>
    (value): Json => {
      const box = { south: 91, west: 181, north: -91, east: -181, count: 0 };
      recordsOf("boundingBox", value).forEach((row, index) => {
        const at = positionIn("boundingBox", row, index, latitude, longitude);
        if (at === undefined) return;
        box.south = Math.min(box.south, at.latitude);
        box.north = Math.max(box.north, at.latitude);
        box.west = Math.min(box.west, at.longitude);
        box.east = Math.max(box.east, at.longitude);
        box.count++;
      });
      return box.count === 0 ? { south: null, west: null, north: null, east: null, count: 0 } : box;
    },
});
