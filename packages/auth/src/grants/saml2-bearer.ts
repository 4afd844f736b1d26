import { randomUUID } from "node:crypto";
import { type CompiledValue, compileValue } from "@mortise/builders";
import { type JsonObject, MortiseError, parseDuration, type SamlAssertion, type Value } from "@mortise/contract";
import { reveal, revealAll } from "../credential/reveal.ts";
import type { TokenQuery } from "../tokens/request-token.ts";
import type { KeptOfSteps } from "../tokens/run-steps.ts";
import type { Parameters } from "../tokens/shape-parameters.ts";
import { signSamlAssertion } from "./sign-saml-assertion.ts";

/** RFC 7522 §2.1. */
export const SAML2_BEARER = "urn:ietf:params:oauth:grant-type:saml2-bearer";

const LIFETIME_MS = 300_000;

const compiled = new WeakMap<SamlAssertion, { readonly [part: string]: CompiledValue }>();

/**
 * The parameters of the SAML 2.0 bearer grant (RFC 7522 §2.1): the assertion that the contract's `value` comes to, one that is made and signed
 * of its parts, or the credential's `assertion`; base64url-encoded. Throws `AUTH_FAILED`, `MISCONFIGURED`.
 */
export async function saml2BearerParameters(query: TokenQuery, steps: KeptOfSteps): Promise<Parameters> {
  const { samlAssertion } = query.scheme;
  const text =
    samlAssertion === undefined ? reveal(query.credential, "assertion") : await assertionOf(samlAssertion, query, steps);
  const isXml = text.trimStart().startsWith("<");
  return { assertion: isXml ? Buffer.from(text.trim(), "utf8").toString("base64url") : text.trim() };
}

async function assertionOf(described: SamlAssertion, query: TokenQuery, steps: KeptOfSteps): Promise<string> {
  const { credential, settings, nowMs } = query;
  const parts = compile(described);
  const scope: JsonObject = { credential: revealAll(credential), settings, nowMs, steps };
  const text = (name: string): string => {
    const found = parts[name]?.evaluate(scope);
    if (typeof found === "string" && found !== "") return found;
    throw new MortiseError("MISCONFIGURED", `The ${name} of the SAML assertion did not come to a text.`);
  };
  if ("value" in described) return text("value");
  const certificate = credential.certificate?.reveal();
  return signSamlAssertion({
    id: `_${randomUUID()}`,
    issuer: text("issuer"),
    subject: text("subject"),
    audience: text("audience"),
    recipient: parts.recipient === undefined ? text("audience") : text("recipient"),
    nowMs,
    lifetimeMs: lifetimeOf(described.lifetime),
    privateKey: reveal(credential, "privateKey"),
    ...(certificate === undefined || certificate === "" ? {} : { certificate }),
  });
}

function lifetimeOf(said: string | undefined): number {
  const ms = said === undefined ? LIFETIME_MS : parseDuration(said);
  if (ms !== undefined) return ms;
  throw new MortiseError("MISCONFIGURED", `The lifetime of the SAML assertion is no duration: ${JSON.stringify(said)}.`);
}

function compile(described: SamlAssertion): { readonly [part: string]: CompiledValue } {
  const known = compiled.get(described);
  if (known !== undefined) return known;
  const values = Object.entries(described).filter(([name]) => name !== "lifetime") as [string, Value][];
  const fresh = Object.fromEntries(values.map(([name, value]) => [name, compileValue(value)]));
  compiled.set(described, fresh);
  return fresh;
}
