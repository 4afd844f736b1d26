import type { AwsSigV4Scheme, Contract, JsonSchemaObject, SingleAuthScheme } from "@mortise/contract";
import { own, ownText } from "../document/loose.ts";
import type { Place } from "../document/place.ts";

type Settings = { readonly [name: string]: JsonSchemaObject };

const USUAL_REGION = "us-east-1";
const REGION = Object.freeze({
  type: "string",
  title: "Region",
  description: "The AWS region that calls are signed for.",
  pattern: "^[a-z0-9-]+$",
  default: USUAL_REGION,
} as const satisfies JsonSchemaObject);

/** AWS Signature Version 4 for the service of a document: what its description calls it, else the first label of its host. */
export function awsScheme(root: Place, authType: string): Omit<AwsSigV4Scheme, "region"> & { readonly region: string } {
  const named = ownText(own(root.value, "info"), "x-serviceName");
  const service = /^awss3$/i.test(authType) ? "s3" : (named ?? "execute-api");
  return { kind: "awsSigV4", service, region: "{settings.region}" };
}

/**
 * Schemes of AWS with a region that is known: the document's variable, the one in its host, or where neither says it and calls go to a base
 * URL that is set, a setting of its own.
 */
export function withAwsRegion(
  auth: Contract["auth"],
  settings: Settings,
  hosts: readonly string[],
): { readonly auth: Contract["auth"]; readonly settings: Settings } {
  const all = Object.values(auth).flatMap((scheme) => (scheme.kind === "all" ? scheme.of : [scheme]));
  if (settings.region !== undefined || !all.some(({ kind }) => kind === "awsSigV4")) return { auth, settings };
  if (hosts.some((host) => host.includes("{settings.") || host === "*"))
    return { auth, settings: { ...settings, region: REGION } };
  const region = hosts.map((host) => /[.-]([a-z]{2}(?:-[a-z]+)+-\d+)\.amazonaws\.com/.exec(host)?.[1]).find((found) => found);
  const placed = (scheme: SingleAuthScheme): SingleAuthScheme =>
    scheme.kind === "awsSigV4" ? { ...scheme, region: region ?? USUAL_REGION } : scheme;
  const fixed = Object.entries(auth).map(([id, scheme]) => [
    id,
    scheme.kind === "all" ? { ...scheme, of: scheme.of.map(placed) } : placed(scheme),
  ]);
  return { auth: Object.fromEntries(fixed) as Contract["auth"], settings };
}
