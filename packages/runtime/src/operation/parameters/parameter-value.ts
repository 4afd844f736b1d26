import { type Json, type JsonObject, MortiseError, type ParameterStyle } from "@mortise/contract";

type Style = NonNullable<ParameterStyle["style"]>;

/** A parameter's value as texts. What is null inside of a list or an object is left out (RFC 6570 §2.3). */
export type ParameterValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "members"; readonly members: readonly (readonly [name: string, text: string])[] };

/** Takes a value apart one level deep; what is nested deeper becomes JSON text. */
export function parameterValue(value: Json, encode: (text: string) => string): ParameterValue {
  if (isList(value)) return { kind: "list", items: value.filter(isPresent).map((item) => encode(textOf(item))) };
  if (!isObject(value)) return { kind: "text", text: encode(textOf(value)) };
  const members = Object.entries(value).filter(([, item]) => isPresent(item));
  return { kind: "members", members: members.map(([name, item]) => [encode(name), encode(textOf(item))]) };
}

/** The text of a parameter that is written as a media type instead of by style. */
export function contentText(value: Json, contentType: string): string {
  return /[/+]json\b/i.test(contentType) ? JSON.stringify(value) : textOf(value);
}

/** The style of a parameter; the place's first where it has none. Throws `MISCONFIGURED` where it is none of the place's. */
export function styleIn<Allowed extends Style>(
  place: string,
  name: string,
  style: ParameterStyle | undefined,
  [usual, ...others]: readonly [Allowed, ...Allowed[]],
): Allowed {
  const allowed = [usual, ...others];
  const wanted = style?.style === undefined ? usual : allowed.find((each) => each === style.style);
  if (wanted !== undefined) return wanted;
  throw new MortiseError("MISCONFIGURED", `The ${place} parameter ${name} cannot be written in the style ${style?.style}.`, {
    remedy: `Use one of ${allowed.join(", ")}.`,
  });
}

/** A scalar as it is written anywhere; anything else as JSON. */
export const textOf = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
export const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const isPresent = (value: Json): boolean => value !== null;
