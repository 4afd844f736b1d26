import type { Position } from "./positions.ts";

const DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz";

/** The geohash of a place: base 32, bits of longitude and latitude in turn. */
export function encodeGeohash({ latitude, longitude }: Position, precision: number): string {
  const lat = { low: -90, high: 90, value: latitude };
  const lon = { low: -180, high: 180, value: longitude };
  let hash = "";
  for (let bit = 0, digit = 0; hash.length < precision; bit++) {
    const axis = bit % 2 === 0 ? lon : lat;
    const middle = (axis.low + axis.high) / 2;
    const isUpper = axis.value >= middle;
    if (isUpper) axis.low = middle;
    else axis.high = middle;
    digit = digit * 2 + Number(isUpper);
    if (bit % 5 === 4) {
      hash += DIGITS[digit];
      digit = 0;
    }
  }
  return hash;
}

/** The middle of the cell of a geohash; undefined where the text is none. */
export function decodeGeohash(hash: string): Position | undefined {
  const lat = { low: -90, high: 90 };
  const lon = { low: -180, high: 180 };
  let bit = 0;
  if (hash === "" || hash.length > 12) return undefined;
  for (const character of hash.toLowerCase()) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return undefined;
    for (let mask = 16; mask > 0; mask >>= 1, bit++) {
      const axis = bit % 2 === 0 ? lon : lat;
      const middle = (axis.low + axis.high) / 2;
      if (digit & mask) axis.low = middle;
      else axis.high = middle;
    }
  }
  return { latitude: (lat.low + lat.high) / 2, longitude: (lon.low + lon.high) / 2 };
}
