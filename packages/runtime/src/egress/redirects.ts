import { isSecretHeader } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import type { HopSigning } from "./hop-signing.ts";
import type { RequestBody } from "./upload-source.ts";

/** The parts of a request that a redirect looks at and changes. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body?: RequestBody;
  readonly secretHeaders: readonly string[];
  /** Secrets in the body, by field. Absent: none. */
  readonly secretFields?: { readonly [name: string]: string };
  /** Signs it where it is sent. Absent: it is sent as it is. */
  readonly signing?: HopSigning;
}

const DROPPED_ALWAYS = ["authorization", "cookie", "proxy-authorization"];
const DROPPED_WITH_BODY = ["content-type", "content-length", "content-encoding"];

/**
 * The next request where the answer is a redirect (RFC 9110 §15.4), undefined where it is the end. 301, 302 and 303 turn a POST into a
 * GET; 307 and 308 keep the method. On the same origin it is signed anew, on another it is not signed. Throws `EGRESS_DENIED` for https to http, and where a body with a secret would cross an origin.
 */
export function nextHop(
  hop: Hop,
  answer: { readonly status: number; readonly headers: { readonly [name: string]: string } },
): Hop | undefined {
  const { location } = answer.headers;
  if (location === undefined || ![301, 302, 303, 307, 308].includes(answer.status)) return undefined;
  const url = URL.parse(location, hop.url);
  if (url === null) return undefined;
  if (hop.url.protocol === "https:" && url.protocol !== "https:") {
    throw new MortiseError(
      "EGRESS_DENIED",
      `${hop.url.hostname} redirects from https to ${url.protocol}//, which is not followed.`,
    );
  }
  const becomesGet = answer.status <= 303 && hop.method !== "GET" && hop.method !== "HEAD";
  const crosses = url.origin !== hop.url.origin;
  if (crosses && !becomesGet && hop.body !== undefined && Object.keys(hop.secretFields ?? {}).length > 0) {
    throw new MortiseError("EGRESS_DENIED", `${hop.url.hostname} redirects a body with a credential in it to ${url.hostname}.`);
  }
  const secret = new Set([...DROPPED_ALWAYS, ...hop.secretHeaders]);
  const kept = ([name]: readonly [string, string]): boolean =>
    !(crosses && (secret.has(name) || isSecretHeader(name))) && !(becomesGet && DROPPED_WITH_BODY.includes(name));
  const headers = Object.fromEntries(Object.entries(hop.headers).filter(kept));
  return {
    method: becomesGet ? "GET" : hop.method,
    url,
    headers,
    ...(becomesGet ? { body: undefined } : hop.body === undefined ? {} : { body: hop.body }),
    secretHeaders: hop.secretHeaders,
    ...(hop.secretFields === undefined ? {} : { secretFields: hop.secretFields }),
    ...(crosses || hop.signing === undefined ? { signing: undefined } : { signing: hop.signing }),
  };
}
