import { type JsonObject, MortiseError, type ParameterStyle } from "@mortise/contract";
import { percentEncode, percentEncodeSome } from "./percent-encode.ts";
import { queryParameter } from "./query-parameter.ts";

/**
 * The `Cookie` header of parameters (RFC 6265 §5.4), undefined where there are none. Values are percent-encoded; a list or object with
 * `explode` is one cookie for each entry. Throws `INVALID_INPUT` for a name that cannot be a cookie's.
 */
export function cookieHeader(
  cookies: JsonObject,
  styles: { readonly [name: string]: ParameterStyle } | undefined,
): string | undefined {
  const pairs = Object.entries(cookies).flatMap(([name, value]) => {
    if (value === null) return [];
    const style = styles !== undefined && Object.hasOwn(styles, name) ? styles[name] : undefined;
    return queryParameter(name, style, { name: cookieName, value: valueEncoding(style) })(value);
  });
  return pairs.length === 0 ? undefined : pairs.map(([name, value]) => `${name}=${value}`).join("; ");
}

/** With `allowReserved` what a cookie may carry stays; a semicolon, comma or quote would end it. */
function valueEncoding(style: ParameterStyle | undefined): (text: string) => string {
  if (style?.allowReserved !== true) return percentEncode;
  return (text) => percentEncodeSome(text, "query").replaceAll(/[;,]/g, percentEncode);
}

function cookieName(name: string): string {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return name;
  throw new MortiseError("INVALID_INPUT", `${JSON.stringify(name)} cannot be the name of a cookie.`);
}
