import { type Json, MortiseError, type ParameterStyle } from "@mortise/contract";
import { contentText, parameterValue, styleIn } from "./parameter-value.ts";

const STYLES = ["simple"] as const;
const asIs = (text: string): string => text;

/** Headers that belong to the connection, not to the request; setting them would let a request claim to be another (RFC 9110 §7). */
const RESERVED = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "keep-alive",
  "expect",
]);

/** Names that were found good: contracts have few, but an input may have any. */
const known = new Map<string, string>();
const MAX_KNOWN = 1_000;

/** A header's name in lower case. Throws `INVALID_INPUT` for a name that is none, or that a request may not set. */
export function headerName(name: string): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const fresh = checkedName(name);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(name, fresh);
  return fresh;
}

function checkedName(name: string): string {
  const lower = name.toLowerCase();
  if (RESERVED.has(lower) || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower)) {
    throw new MortiseError("INVALID_INPUT", `The header ${JSON.stringify(name)} cannot be set by a request.`);
  }
  return lower;
}

/** Writes a header's value in the style `simple`, without percent-encoding (OpenAPI 3.1 §4.8.12), and checks it. */
export function headerValue(name: string, value: Json, style: ParameterStyle | undefined): string {
  if (style === undefined && typeof value === "string") return headerText(name, value);
  if (style?.contentType !== undefined) return headerText(name, contentText(value, style.contentType));
  styleIn("header", name, style, STYLES);
  const written = parameterValue(value, asIs);
  if (written.kind === "text") return headerText(name, written.text);
  const pair = style?.explode === true ? "=" : ",";
  const parts = written.kind === "list" ? written.items : written.members.map((member) => member.join(pair));
  return headerText(name, parts.join(","));
}

/** A field value (RFC 9110 §5.5). Throws `INVALID_INPUT` for what cannot be one. */
export function headerText(name: string, text: string): string {
  if (!/[^\t\x20-\x7e\x80-\xff]/.test(text)) return text;
  throw new MortiseError("INVALID_INPUT", `The header ${name} has a line break or a character that headers cannot carry.`, {
    remedy: "Use characters of Latin-1, or percent-encode the value as the other system expects it.",
  });
}
