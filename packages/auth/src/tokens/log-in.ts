import { type CompiledValue, compileValue } from "@mortise/builders";
import { getPointer, type Json, type JsonObject, MortiseError, parseDuration, type SessionScheme } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import { endpointUrl } from "./endpoint-url.ts";
import type { FreshToken } from "./fresh-token.ts";
import { tokenRefusal } from "./token-refusal.ts";
import type { TokenAnswer, TokenTransport } from "./token-transport.ts";

/** What a login is made of. */
export interface LoginQuery {
  readonly scheme: SessionScheme;
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
  readonly transport: TokenTransport;
  readonly nowMs: number;
}

interface CompiledLogin {
  readonly headers: CompiledValue;
  readonly body: CompiledValue | undefined;
}

const compiled = new WeakMap<SessionScheme, CompiledLogin>();

/** Logs in and takes the session's token from the answer. Throws `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`. */
export async function logIn({ scheme, credential, settings, transport, nowMs }: LoginQuery): Promise<FreshToken> {
  const { login } = scheme;
  const { headers, body } = compile(scheme);
  const revealed = Object.fromEntries(Object.entries(credential).map(([name, secret]) => [name, secret.reveal()]));
  const scope = { credential: revealed, settings };
  const url = endpointUrl(login.url, settings);
  const form = login.bodyType === "form";
  const content = body?.evaluate(scope);
  const answer = await transport({
    method: login.method,
    url,
    headers: {
      accept: "application/json, */*;q=0.5",
      ...(content === undefined ? {} : { "content-type": form ? "application/x-www-form-urlencoded" : "application/json" }),
      ...texts(record(headers.evaluate(scope))),
    },
    ...(content === undefined ? {} : { body: form ? formOf(record(content)) : JSON.stringify(content) }),
  });
  const token = tokenOf(scheme, answer);
  if (answer.status >= 400 || token === undefined) {
    const place = "body" in scheme.token ? scheme.token.body : `the header ${scheme.token.header}`;
    throw tokenRefusal(answer, parse(answer.body), url.host, place, nowMs);
  }
  const ttlMs = scheme.ttl === undefined ? undefined : parseDuration(scheme.ttl);
  return { token, ...(ttlMs === undefined ? {} : { endsAtMs: nowMs + ttlMs }) };
}

function compile(scheme: SessionScheme): CompiledLogin {
  const known = compiled.get(scheme);
  if (known !== undefined) return known;
  const { headers, body } = scheme.login;
  const fresh = { headers: compileValue(headers ?? {}), body: body === undefined ? undefined : compileValue(body) };
  compiled.set(scheme, fresh);
  return fresh;
}

/** A number is a token as well. Of `Set-Cookie` it is the value of the cookie that is sent back under the same name. */
function tokenOf({ token, apply }: SessionScheme, answer: TokenAnswer): string | undefined {
  if ("body" in token) {
    const found = getPointer(parse(answer.body), token.body);
    return typeof found === "number" ? String(found) : present(found);
  }
  const value = answer.headers[token.header.toLowerCase()];
  return present(token.header.toLowerCase() === "set-cookie" ? cookieOf(value ?? "", apply.name) : value);
}

/** The value of a cookie in `Set-Cookie` lines that were joined (RFC 6265 §4.1.1). A comma in a date is not followed by a name. */
function cookieOf(lines: string, name: string): string | undefined {
  const pairs = lines.split(/,(?=\s*[^\s;,=]+=)/).map((line) => (line.split(";")[0] ?? "").trim());
  return pairs.findLast((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

const present = (found: Json | undefined): string | undefined => (typeof found === "string" && found !== "" ? found : undefined);

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function formOf(fields: JsonObject): string {
  return new URLSearchParams(texts(fields)).toString();
}

/** Entries as texts; those that came to null are left out. */
function texts(fields: JsonObject): { [name: string]: string } {
  const entries = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
}

function record(value: Json): JsonObject {
  if (value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as JsonObject;
  throw new MortiseError("MISCONFIGURED", "The headers or the form of the login did not come to an object.");
}
