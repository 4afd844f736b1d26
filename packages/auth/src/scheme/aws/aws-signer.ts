import { createHash } from "node:crypto";
import { type AwsSigV4Scheme, type Json, MortiseError } from "@mortise/contract";
import type { Credential } from "../../credential/credential.ts";
import { reveal } from "../../credential/reveal.ts";
import { filled } from "../placement.ts";
import type { WholeRequest } from "../request-draft.ts";
import type { RequestSigner, SignerOwner, SigningContext } from "../request-signer.ts";
import { type AwsKeys, deriveKey, signV4 } from "./sign-v4.ts";

/**
 * Signs the requests of one connection with AWS Signature Version 4: with the credential's keys, or with those of a role, which the token
 * source keeps. What it derives for a day is kept.
 */
export function awsSigner(scheme: AwsSigV4Scheme, owner: SignerOwner): RequestSigner {
  let kept: { readonly name: string; readonly key: Buffer } | undefined;
  const keyOf: typeof deriveKey = (...parts) => {
    const name = parts.join("\n");
    if (kept?.name !== name) kept = { name, key: deriveKey(...parts) };
    return kept.key;
  };
  return {
    sign: async (request, context) => {
      const { credential, settings } = owner;
      const { service, region } = awsPlace(scheme, settings);
      const keys = scheme.assumeRole === undefined ? ownKeys(credential) : roleKeys(scheme, context);
      const { unsignedPayload, doubleEncode } = scheme;
      const whole = service === "s3" ? withDigest(request) : request;
      const parts = { ...whole, service, region, nowMs: context.nowMs, doubleEncode, unsignedPayload };
      const { url, headers, signature } = signV4(parts, keys, keyOf);
      const secretHeaders = ["authorization", "x-amz-security-token"].filter((name) => name in headers);
      return { ...request, url, headers, secretHeaders, secretParams: [], secretFields: {}, echoes: [signature] };
    },
  };
}

/** S3 wants a digest of most bodies besides the signature (RFC 1864); one that the request has stays. */
function withDigest(request: WholeRequest): WholeRequest {
  const { headers, body = "" } = request;
  const isThere = Object.keys(headers).some((name) => name === "content-md5" || name.startsWith("x-amz-checksum-"));
  if (body.length === 0 || isThere) return request;
  return { ...request, headers: { ...headers, "content-md5": createHash("md5").update(body).digest("base64") } };
}

/** Service and region, holes filled. Throws `MISCONFIGURED` where one is empty, as no signature would fit. */
export function awsPlace(
  { service, region }: Pick<AwsSigV4Scheme, "service" | "region">,
  settings: { readonly [name: string]: Json },
): { readonly service: string; readonly region: string } {
  const place = { service: filled(service, settings), region: filled(region, settings) };
  for (const [what, value] of Object.entries(place)) {
    if (/^[A-Za-z0-9-]+$/.test(value)) continue;
    throw new MortiseError("MISCONFIGURED", `The ${what} that requests are signed for is no name: ${JSON.stringify(value)}.`, {
      remedy: "Check the connection's settings.",
    });
  }
  return place;
}

/** The keys of the credential itself. */
export function ownKeys(credential: Credential): AwsKeys {
  const sessionToken = credential.sessionToken?.reveal() || undefined;
  return {
    accessKeyId: reveal(credential, "accessKeyId").trim(),
    secretAccessKey: reveal(credential, "secretAccessKey").trim(),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function roleKeys(scheme: AwsSigV4Scheme, { held, learn }: SigningContext): AwsKeys {
  const secret = held(scheme);
  if (secret === undefined) throw new MortiseError("AUTH_FAILED", "There are no keys of the role yet.");
  const keys = readRoleKeys(secret.reveal());
  learn([keys.secretAccessKey, keys.sessionToken]);
  return keys;
}

/** The keys of a role as the one text that a token source keeps. */
export const writeRoleKeys = ({ accessKeyId, secretAccessKey, sessionToken }: Required<AwsKeys>): string =>
  [accessKeyId, secretAccessKey, sessionToken].join("\n");

/** A word that stands for keys which are not there yet, in a dry run, stands for each of them. */
function readRoleKeys(text: string): AwsKeys & { readonly sessionToken: string } {
  const [accessKeyId = "", secretAccessKey = accessKeyId, sessionToken = accessKeyId] = text.split("\n");
  return { accessKeyId, secretAccessKey, sessionToken };
}
