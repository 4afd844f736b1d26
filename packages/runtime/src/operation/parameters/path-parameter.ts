import type { Json, ParameterStyle } from "@mortise/contract";
import { contentText, parameterValue, styleIn } from "./parameter-value.ts";
import { percentEncode, percentEncodeSome } from "./percent-encode.ts";

const STYLES = ["simple", "label", "matrix"] as const;

/** Compiles how a path parameter is written: `{name}`, `{.name}` or `{;name}` of RFC 6570, `*` with `explode`. */
export function pathParameter(name: string, style: ParameterStyle | undefined): (value: Json) => string {
  const { contentType, explode = false } = style ?? {};
  const encode = style?.allowReserved === true ? (text: string) => percentEncodeSome(text, "path") : percentEncode;
  if (contentType !== undefined) return (value) => encode(contentText(value, contentType));
  const kind = styleIn("path", name, style, STYLES);
  if (kind === "matrix") return (value) => matrix(percentEncode(name), value, explode, encode);
  const before = kind === "label" ? "." : "";
  const between = kind === "label" && explode ? "." : ",";
  return (value) => {
    const written = parameterValue(value, encode);
    if (written.kind === "text") return before + written.text;
    const parts = written.kind === "list" ? written.items : written.members.map((pair) => pair.join(explode ? "=" : ","));
    return parts.length === 0 ? "" : before + parts.join(between);
  };
}

function matrix(name: string, value: Json, explode: boolean, encode: (text: string) => string): string {
  const written = parameterValue(value, encode);
  const pair = (key: string, text: string): string => (text === "" ? `;${key}` : `;${key}=${text}`);
  if (written.kind === "text") return pair(name, written.text);
  if (written.kind === "list") {
    if (explode) return written.items.map((item) => pair(name, item)).join("");
    return written.items.length === 0 ? "" : pair(name, written.items.join(","));
  }
  if (explode) return written.members.map(([key, text]) => pair(key, text)).join("");
  return written.members.length === 0 ? "" : pair(name, written.members.map((member) => member.join(",")).join(","));
}
