import type { JsonSchema } from "@mortise/contract";
import { resolve } from "./fields.ts";

/** The names of a row's columns, as far as they are known. */
export function columnsOf(row: JsonSchema | undefined, root: JsonSchema | undefined = row): readonly string[] {
  const { properties = {}, anyOf = [], oneOf = [], allOf = [] } = resolve(row, root);
  const names = [...Object.keys(properties), ...[...anyOf, ...oneOf, ...allOf].flatMap((each) => columnsOf(each, root))];
  return [...new Set(names)];
}
