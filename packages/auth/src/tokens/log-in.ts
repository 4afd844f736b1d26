import { type CompiledValue, compileValue } from "@mortise/builders";
import { getPointer, type Json, parseDuration, type SessionScheme } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import { revealAll } from "../credential/reveal.ts";
import { boundedToken } from "./bounded-token.ts";
import { endpointUrl } from "./endpoint-url.ts";
import type { FreshToken } from "./fresh-token.ts";
import { keptValues } from "./kept-values.ts";
import { parseAnswer, record, requestOf, runSteps } from "./run-steps.ts";
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

/**
 * Runs the steps before a login, logs in and takes the session's token from the answer. Throws `AUTH_FAILED`, `MISCONFIGURED`,
 * `TARGET_SICK`, `THROTTLED`.
 */
export async function logIn(query: LoginQuery): Promise<FreshToken> {
  const { scheme, credential, settings, transport, nowMs } = query;
  const steps = await runSteps(scheme.steps, query);
  const { headers, body } = compile(scheme);
  const scope = { credential: revealAll(credential), settings, nowMs, steps };
  const url = endpointUrl(scheme.login.url, settings);
  const answer = await transport(requestOf(scheme.login, url, record(headers.evaluate(scope)), body?.evaluate(scope)));
  const said = parseAnswer(answer.body);
  const token = tokenOf(scheme, answer, said);
  if (answer.status >= 400 || token === undefined) {
    const place = "body" in scheme.token ? scheme.token.body : `the header ${scheme.token.header}`;
    throw tokenRefusal(answer, said, url.host, place, nowMs);
  }
  const ttlMs = scheme.ttl === undefined ? undefined : parseDuration(scheme.ttl);
  const fields = keptValues(scheme.keep, { body: said, headers: answer.headers }, settings);
  return boundedToken({ token, ...(ttlMs === undefined ? {} : { endsAtMs: nowMs + ttlMs }), fields }, url.host);
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
function tokenOf({ token, apply }: SessionScheme, answer: TokenAnswer, said: Json): string | undefined {
  if ("body" in token) {
    const found = getPointer(said, token.body);
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
