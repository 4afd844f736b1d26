import type { Json } from "@mortise/contract";
import type { AskedRequest } from "./asked-request.ts";
import { refusal } from "./host-refusal.ts";
import { type HttpGrant, missingGrant } from "./http-grant.ts";

/** Where a request goes, and by which declaration. */
export interface RequestAddress {
  readonly url: URL;
  readonly grant: HttpGrant;
}

/** Slashes, dots and ends of text in disguise: a server that decodes once more reads another path than the one that was checked. */
const DISGUISED = /%(?:25)*(?:2e|2f|5c|00)/i;

/** Finds the declaration that a request falls under. Throws a refusal that names the declaration to add. */
export function requestAddress(
  { method, target, query }: Pick<AskedRequest, "method" | "target" | "query">,
  grants: readonly HttpGrant[],
  settings: { readonly [key: string]: Json },
): RequestAddress {
  const url = "url" in target ? URL.parse(target.url) : underFirst(target.path, grants, settings);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:") || url.hostname === "")
    throw refusal("INVALID_INPUT", "The address is no https URL.");
  if (url.username !== "" || url.password !== "")
    throw refusal("INVALID_INPUT", "The address has a user name or a password in it.");
  if (DISGUISED.test(url.pathname) || url.pathname.split("/").some((segment) => /^\.{1,2};/.test(segment)))
    throw refusal("INVALID_INPUT", "The path has an encoded dot, slash, backslash or NUL in it.");
  url.hash = "";
  for (const [name, value] of query) url.searchParams.append(name, value);
  const grant = grants.find((each) => each.fits(method, url, settings));
  if (grant !== undefined) return { url, grant };
  throw refusal(
    "EGRESS_DENIED",
    `${method} ${url.host}${url.pathname} is not declared.`,
    `Add to capabilities.http: ${missingGrant(method, url)}.`,
  );
}

function underFirst(path: string, grants: readonly HttpGrant[], settings: { readonly [key: string]: Json }): URL | null {
  const origin = grants.map((grant) => grant.origin(settings)).find((each) => each !== undefined);
  if (origin === undefined)
    throw refusal("INVALID_INPUT", "No declaration names a host that a path could be joined to; give a url.");
  return URL.parse(`https://${origin}${path}`);
}
