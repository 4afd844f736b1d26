import { type AwsSigV4Scheme, type Json, MortiseError, parseDuration } from "@mortise/contract";
import type { Credential } from "../../credential/credential.ts";
import { reveal } from "../../credential/reveal.ts";
import { credibleEnd } from "../../tokens/credible-end.ts";
import { endpointUrl } from "../../tokens/endpoint-url.ts";
import type { FreshToken } from "../../tokens/fresh-token.ts";
import { tokenRefusal } from "../../tokens/token-refusal.ts";
import type { TokenTransport } from "../../tokens/token-transport.ts";
import { awsPlace, ownKeys, writeRoleKeys } from "./aws-signer.ts";
import { signV4 } from "./sign-v4.ts";

/** Whose role is taken, and over which way. */
export interface RoleQuery {
  readonly scheme: AwsSigV4Scheme;
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
  readonly transport: TokenTransport;
  readonly nowMs: number;
}

const LIFETIME_MS = 3_600_000;
/** What AWS calls errors that pass, in the words of OAuth 2.0. */
const PASSING = /^(?:Throttling|RequestLimitExceeded|ServiceUnavailable|InternalFailure|InternalError)/;
const OURS = new Set(["ValidationError", "MalformedPolicyDocument", "PackedPolicyTooLarge", "RegionDisabledException"]);

/**
 * Takes the credential's role (STS `AssumeRole`, API version 2011-06-15) and returns its keys as one text, with their end. Throws
 * `AUTH_FAILED` where the role is refused, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`.
 */
export async function assumeRole({ scheme, credential, settings, transport, nowMs }: RoleQuery): Promise<FreshToken> {
  const { region } = awsPlace(scheme, settings);
  const url = roleUrl(scheme, settings);
  const lifetimeMs = parseDuration(scheme.assumeRole?.lifetime ?? "1h") ?? LIFETIME_MS;
  const externalId = credential.externalId?.reveal() ?? "";
  const form = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: reveal(credential, "roleArn").trim(),
    RoleSessionName: `mortise-${Math.floor(nowMs / 1_000)}`,
    DurationSeconds: String(Math.round(lifetimeMs / 1_000)),
    ...(externalId === "" ? {} : { ExternalId: externalId }),
  });
  const request = {
    method: "POST" as const,
    url,
    headers: { accept: "application/xml", "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: form.toString(),
  };
  const signed = signV4({ ...request, service: "sts", region, nowMs }, ownKeys(credential));
  const answer = await transport({ ...request, url: signed.url, headers: signed.headers });
  const [accessKeyId, secretAccessKey, sessionToken] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map((name) =>
    textOf(answer.body, name),
  );
  if (answer.status !== 200 || accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) {
    throw tokenRefusal(answer, refusalOf(answer.body), url.host, "/AssumeRoleResponse/AssumeRoleResult/Credentials", nowMs);
  }
  return {
    token: writeRoleKeys({ accessKeyId, secretAccessKey, sessionToken }),
    endsAtMs: credibleEnd(Date.parse(textOf(answer.body, "Expiration") ?? ""), nowMs) ?? nowMs + lifetimeMs,
  };
}

/** Where roles are taken: what the contract says, or the region's own endpoint. Throws `MISCONFIGURED`. */
export function roleUrl(scheme: AwsSigV4Scheme, settings: { readonly [name: string]: Json }): URL {
  const { url } = scheme.assumeRole ?? {};
  if (url !== undefined) return endpointUrl(url, settings);
  const { region } = awsPlace(scheme, settings);
  const found = URL.parse(`https://sts.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/`);
  if (found !== null) return found;
  throw new MortiseError("MISCONFIGURED", `The region is no name: ${JSON.stringify(region)}.`);
}

/** An error of STS in the shape of OAuth 2.0's, which is told apart the same way. */
function refusalOf(xml: string): Json {
  const code = textOf(xml, "Code");
  if (code === undefined) return null;
  const word = PASSING.test(code) ? "temporarily_unavailable" : OURS.has(code) ? "invalid_request" : code;
  return { error: word, error_description: [word === code ? "" : code, textOf(xml, "Message") ?? ""].join(" ").trim() };
}

/** The text of the first element of a name. What STS says has no attributes and no elements of one name inside of another. */
function textOf(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.trim();
  if (found === undefined || found === "") return undefined;
  return found.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity] ?? "");
}

const ENTITIES: { readonly [entity: string]: string } = Object.freeze({ lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" });
