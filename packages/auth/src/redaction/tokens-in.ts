import type { Json } from "@mortise/contract";
import type { TokenAnswer } from "../tokens/token-transport.ts";
import { MIN_SECRET_LENGTH } from "./secret-forms.ts";
import { isSecretField, isSecretHeader } from "./secret-names.ts";

const MAX_TOKENS = 16;
const MAX_DEPTH = 8;
const MAX_LENGTH = 100_000;
/** Shorter ones say which language somebody speaks. */
const MIN_COOKIE_LENGTH = 16;

/** The texts in an answer of a token endpoint that are secret by the name of their field or header, also those that nobody asked for. */
export function tokensIn({ headers, body }: Pick<TokenAnswer, "headers" | "body">): readonly string[] {
  const found = Object.entries(headers).flatMap(([name, value]) => (isGiving(name) ? givenIn(name, value) : []));
  if (body.length <= MAX_LENGTH) collect(read(body), "", found, 0);
  return found.slice(0, MAX_TOKENS);
}

const isGiving = (name: string): boolean => isSecretHeader(name) && !/-authenticate$/.test(name);

/** A header's value; of cookies their values (RFC 6265 §4.1.1). */
function givenIn(name: string, value: string): string[] {
  if (name !== "set-cookie") return value.length < MIN_SECRET_LENGTH ? [] : [value];
  const pairs = value.split(/,(?=\s*[^\s;,=]+=)/).map((line) => line.split(";")[0] ?? "");
  return pairs.map((pair) => pair.slice(pair.indexOf("=") + 1)).filter(({ length }) => length >= MIN_COOKIE_LENGTH);
}

function read(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return Object.fromEntries(new URLSearchParams(body));
  }
}

function collect(value: Json, name: string, found: string[], depth: number): void {
  if (depth > MAX_DEPTH || found.length >= MAX_TOKENS) return;
  if (typeof value === "string") {
    if (value.length >= MIN_SECRET_LENGTH && isSecretField(name)) found.push(value);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) collect(item as Json, Array.isArray(value) ? name : key, found, depth + 1);
  }
}
