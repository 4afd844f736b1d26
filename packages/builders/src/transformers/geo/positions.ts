import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { describeValue } from "../../schema/describe-value.ts";
import { FieldName } from "../params.ts";
import { fieldOf, isBlank, type Row } from "../records.ts";

/** A place on the earth in degrees (WGS 84). */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** The fields that hold a place. */
export const PositionFields = {
  latitude: Type.Optional(Type.String({ ...FieldName("Latitude field"), default: "latitude" })),
  longitude: Type.Optional(Type.String({ ...FieldName("Longitude field"), default: "longitude" })),
};

/** The place in two fields of a record; undefined where one is blank. Throws `TRANSFORM_FAILED` where they hold none. */
export function positionIn(name: string, row: Row, index: number, latitude: string, longitude: string): Position | undefined {
  const [lat, lon] = [fieldOf(row, latitude), fieldOf(row, longitude)];
  if (isBlank(lat) || isBlank(lon)) return undefined;
  if (isDegrees(lat, 90) && isDegrees(lon, 180)) return { latitude: lat, longitude: lon };
  const [field, value] = isDegrees(lat, 90) ? [longitude, lon] : [latitude, lat];
  throw new MortiseError(
    "TRANSFORM_FAILED",
    `${name}: the ${describeValue(value)} in "${field}" of record ${index} is no ${field === latitude ? "latitude from -90 to 90" : "longitude from -180 to 180"}`,
  );
}

function isDegrees(value: Json | undefined, most: number): value is number {
  return typeof value === "number" && Math.abs(value) <= most;
}
