/**
 * Knows what providers say about themselves (OpenID Connect Discovery 1.0 §4, RFC 8414 §3).
 *
 * Owns: the metadata and the keys of each issuer, for as long as they are good.
 * Does not own: the way out (TokenTransport), which issuer is trusted (the contract), time (`nowMs`).
 * Talks to: TokenTransport.
 * Invariants:
 *   P1. Metadata is used for the very issuer that it was asked of, and only where it names that issuer.
 *   P2. What was learnt over one way out is never used on another one.
 *   P3. An issuer on https names no endpoint without TLS, and no endpoint holds a hole to be filled.
 *   P4. Where asking again fails in passing, what is known stays in use for a day.
 */
import { CATALOGUE, isMortiseError, type Json, MortiseError, type OAuth2Scheme } from "@mortise/contract";
import type * as library from "openid-client";
import type { Credential } from "../credential/credential.ts";
import { endpointUrl } from "../tokens/endpoint-url.ts";
import { plainWords } from "../tokens/plain-words.ts";
import type { TokenTransport } from "../tokens/token-transport.ts";
import { clientCertificate } from "./client-certificate.ts";
import { providerFetch } from "./provider-fetch.ts";

const TTL_MS = 3_600_000;
const LONGEST_MS = 86_400_000;
const MAX_KNOWN = 1_000;

/** A provider, as it describes itself. */
export interface Provider {
  readonly metadata: library.ServerMetadata;
  readonly fetchedAtMs: number;
  /** Its keys as they were last seen (RFC 7517); filled by whoever verifies with them. */
  jwks?: library.ExportedJWKSCache | undefined;
}

/** Whose provider is asked for. */
export interface ProviderAsk {
  readonly scheme: OAuth2Scheme;
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
  readonly transport: TokenTransport;
  readonly nowMs: number;
}

interface Known {
  provider: Provider | undefined;
  flight: Promise<Provider> | undefined;
}

const knownOf = new WeakMap<object, Map<string, Known>>();

/**
 * The provider of a scheme's `issuer`, asked at most once an hour. Throws `MISCONFIGURED` where there is no metadata of that issuer, and
 * what the transport throws.
 */
export async function providerOf(ask: ProviderAsk): Promise<Provider> {
  const { scheme, settings, transport, nowMs } = ask;
  const issuer = issuerOf(scheme, settings);
  const known = entryOf(transport.way ?? transport, issuer);
  const age = known.provider === undefined ? Number.POSITIVE_INFINITY : nowMs - known.provider.fetchedAtMs;
  if (known.provider !== undefined && age >= 0 && age < TTL_MS) return known.provider;
  known.flight ??= discover(issuer, ask).finally(() => {
    known.flight = undefined;
  });
  try {
    known.provider = await known.flight;
    return known.provider;
  } catch (error) {
    if (known.provider !== undefined && age < LONGEST_MS && isPassing(error)) return known.provider;
    throw error;
  }
}

function entryOf(way: object, issuer: string): Known {
  const all = knownOf.get(way) ?? new Map<string, Known>();
  knownOf.set(way, all);
  const entry = all.get(issuer) ?? { provider: undefined, flight: undefined };
  all.delete(issuer);
  all.set(issuer, entry);
  for (const oldest of all.keys()) {
    if (all.size <= MAX_KNOWN) break;
    all.delete(oldest);
  }
  return entry;
}

/** The issuer of a scheme. They are compared as texts, so a slash at the end is one only where the contract has it. */
export function issuerOf({ issuer = "" }: OAuth2Scheme, settings: ProviderAsk["settings"]): string {
  const { href } = endpointUrl(issuer, settings);
  return issuer.endsWith("/") ? href : href.replace(/\/$/, "");
}

/** OpenID Connect first; a server that knows nothing of it is asked for the metadata of OAuth 2.0. */
async function discover(issuer: string, { scheme, credential, transport, nowMs }: ProviderAsk): Promise<Provider> {
  const certificate = clientCertificate(scheme, credential);
  for (const algorithm of ["oidc", "oauth2"] as const) {
    const { fetch, last } = providerFetch(transport, certificate);
    try {
      const client = await import("openid-client");
      const options = { algorithm, [client.customFetch]: fetch, execute: [client.allowInsecureRequests] };
      const found = await client.discovery(new URL(issuer), "unknown", undefined, client.None(), options);
      return { metadata: checked(found.serverMetadata(), issuer), fetchedAtMs: nowMs };
    } catch (error) {
      const { failure, answer } = last();
      if (isMortiseError(failure ?? error)) throw failure ?? error;
      const isAbsent = answer !== undefined && [400, 401, 403, 404, 405, 410].includes(answer.status);
      if (isAbsent && algorithm === "oidc") continue;
      throw unusable(issuer, error, answer?.status, nowMs);
    }
  }
  throw new MortiseError("INTERNAL", "No discovery was tried.");
}

function checked(metadata: library.ServerMetadata, issuer: string): library.ServerMetadata {
  if (metadata.issuer !== issuer)
    throw misfit(issuer, `names the issuer ${JSON.stringify(String(metadata.issuer).slice(0, 200))}`);
  const isSecure = issuer.startsWith("https:");
  const aliases = Object.entries(metadata.mtls_endpoint_aliases ?? {});
  for (const [name, value] of [...Object.entries(metadata), ...aliases]) {
    if (typeof value !== "string" || !/_(endpoint|uri)$/.test(name)) continue;
    const url = URL.parse(value);
    const isFit = url !== null && /^https?:$/.test(url.protocol) && !(isSecure && url.protocol === "http:");
    if (!isFit || /[{}]/.test(value)) throw misfit(issuer, `gives as ${name} what is no address on https`);
  }
  return metadata;
}

function misfit(issuer: string, what: string): MortiseError {
  return new MortiseError("MISCONFIGURED", `The metadata of ${issuer} ${what}, so it is not used.`, {
    remedy: "Check the issuer in the contract, and the settings that stand in it.",
  });
}

function unusable(issuer: string, error: unknown, status: number | undefined, nowMs: number): MortiseError {
  if (status === 429)
    return new MortiseError("THROTTLED", `${issuer} is asked too often.`, { status, retryAtMs: nowMs + 60_000 });
  if (status !== undefined && status >= 500)
    return new MortiseError("TARGET_SICK", `${issuer} did not say where its endpoints are (${status}).`, { status });
  const found =
    status === undefined || status < 300
      ? "says something about itself that cannot be used"
      : `says nothing about itself (${status})`;
  const reason = error instanceof Error ? `: ${plainWords(error.message, 200)}` : "";
  return new MortiseError("MISCONFIGURED", `The issuer ${issuer} ${found}${reason}.`, { cause: error });
}

function isPassing(error: unknown): boolean {
  return isMortiseError(error) && CATALOGUE[error.code].category === "transient";
}
