import type { JsonObject, PartStyle } from "@mortise/contract";
import { isList, textOf } from "../parameters/parameter-value.ts";
import { formEncode } from "../parameters/percent-encode.ts";
import { type Pairs, queryParameter } from "../parameters/query-parameter.ts";

const encoding = { name: formEncode, value: formEncode };

/** Writes `application/x-www-form-urlencoded`: lists repeat their name and objects are JSON, unless a field has a style. */
export function writeForm(content: JsonObject, styles: { readonly [name: string]: PartStyle } | undefined): string {
  const pairs = Object.entries(content).flatMap(([name, value]): Pairs => {
    if (value === null) return [];
    const style = styles !== undefined && Object.hasOwn(styles, name) ? styles[name] : undefined;
    if (style !== undefined) return queryParameter(name, style, encoding)(value);
    const items = isList(value) ? value.filter((item) => item !== null) : [value];
    return items.map((item) => [formEncode(name), formEncode(textOf(item))]);
  });
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}
