import { type CompiledValue, compileValue } from "@mortise/builders";
import { getPointer, type Json, type JsonObject, MortiseError, type TokenStep } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import { revealAll } from "../credential/reveal.ts";
import { endpointUrl } from "./endpoint-url.ts";
import { tokenRefusal } from "./token-refusal.ts";
import type { TokenAnswer, TokenRequest, TokenTransport } from "./token-transport.ts";

/** What steps are run with. */
export interface StepQuery {
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
  readonly transport: TokenTransport;
  readonly nowMs: number;
}

/** What steps kept, by step and key. */
export type KeptOfSteps = { readonly [step: string]: JsonObject };

interface CompiledStep {
  readonly query: CompiledValue;
  readonly headers: CompiledValue;
  readonly body: CompiledValue | undefined;
}

const compiled = new WeakMap<TokenStep, CompiledStep>();

/**
 * Runs the requests on the way to a token, one after the other; each sees what those before it kept, and `further` besides `credential`,
 * `settings` and `nowMs`. Throws `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`: as a token request, where one is refused or
 * what it should keep is not there.
 */
export async function runSteps(
  steps: readonly TokenStep[] | undefined,
  query: StepQuery,
  further: JsonObject = {},
): Promise<KeptOfSteps> {
  const kept: { [step: string]: JsonObject } = { ...((further.steps as KeptOfSteps | undefined) ?? {}) };
  const { credential, settings, nowMs } = query;
  for (const step of steps ?? []) {
    const scope = { ...further, credential: revealAll(credential), settings, nowMs, steps: kept };
    const { url, answer } = await send(step, query, scope);
    const own = keptOf(step, answer, url.host, nowMs);
    query.transport.learn?.(textsIn(own));
    kept[step.name] = own;
  }
  return kept;
}

async function send(
  step: TokenStep,
  { settings, transport }: StepQuery,
  scope: JsonObject,
): Promise<{ readonly url: URL; readonly answer: TokenAnswer }> {
  const { query, headers, body } = compile(step);
  const url = endpointUrl(step.url, settings);
  for (const [name, value] of Object.entries(texts(record(query.evaluate(scope))))) url.searchParams.set(name, value);
  const content = body?.evaluate(scope);
  const secrets = textsIn([scope.steps ?? null, scope.token ?? null]);
  return { url, answer: await transport({ ...requestOf(step, url, record(headers.evaluate(scope)), content), secrets }) };
}

/** A request of a login or a step: its content as JSON or as a form. */
export function requestOf(
  { method, bodyType }: Pick<TokenStep, "method" | "bodyType">,
  url: URL,
  headers: JsonObject,
  content: Json | undefined,
): TokenRequest {
  const isForm = bodyType === "form";
  const type = isForm ? "application/x-www-form-urlencoded" : "application/json";
  return {
    method,
    url,
    headers: {
      accept: "application/json, */*;q=0.5",
      ...(content === undefined ? {} : { "content-type": type }),
      ...lowerCased(texts(headers)),
    },
    ...(content === undefined
      ? {}
      : { body: isForm ? new URLSearchParams(texts(record(content))).toString() : JSON.stringify(content) }),
  };
}

/** What steps kept may be a token by itself; a short text is none. */
function textsIn(value: Json): readonly string[] {
  if (typeof value === "string") return value.length < 8 ? [] : [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function compile(step: TokenStep): CompiledStep {
  const known = compiled.get(step);
  if (known !== undefined) return known;
  const { query = {}, headers = {}, body } = step;
  const fresh = {
    query: compileValue(query),
    headers: compileValue(headers),
    body: body === undefined ? undefined : compileValue(body),
  };
  compiled.set(step, fresh);
  return fresh;
}

function keptOf({ name, keep }: TokenStep, answer: TokenAnswer, host: string, nowMs: number): JsonObject {
  const body = parseAnswer(answer.body);
  if (answer.status >= 300) throw tokenRefusal(answer, body, host, `the step ${name}`, nowMs);
  const kept = Object.entries(keep).map(([key, from]) => {
    const found = "body" in from ? getPointer(body, from.body) : answer.headers[from.header.toLowerCase()];
    if (found === undefined || found === null || found === "")
      throw tokenRefusal(answer, body, host, "body" in from ? from.body : `the header ${from.header}`, nowMs);
    return [key, found] as const;
  });
  return Object.fromEntries(kept);
}

/** The body of an answer: JSON, or its text. */
export function parseAnswer(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Entries as texts; those that came to null are left out. */
export function texts(fields: JsonObject): { readonly [name: string]: string } {
  const entries = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
}

function lowerCased(headers: { readonly [name: string]: string }): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** An object, or nothing. Throws `MISCONFIGURED` for anything else. */
export function record(value: Json): JsonObject {
  if (value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as JsonObject;
  throw new MortiseError("MISCONFIGURED", "The query, the headers or the form of a sign-in did not come to an object.");
}
