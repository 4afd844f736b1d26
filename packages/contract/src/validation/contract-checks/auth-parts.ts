import { asList, asObject, type Loose } from "../loose.ts";

/** The schemes that a scheme is made of, each with its place. */
export function partsOf(scheme: Loose, at: string): readonly (readonly [part: Loose, at: string])[] {
  if (scheme.kind !== "all") return [[scheme, at]];
  return asList(scheme.of).map((part, index) => [asObject(part), `${at}/of/${index}`]);
}
