import { createHmac, verify } from "node:crypto";
import type { OAuth1Scheme } from "@mortise/contract";
import { decoded, type WireRequest, wireBody } from "../wire-request.ts";
import { strict } from "./percent-encode.ts";
import { publicKey } from "./verify-jwt.ts";

type Pairs = readonly (readonly [name: string, value: string])[];

/** The protocol's parameters of a request (RFC 5849 §3.5), wherever the scheme puts them. */
export function oauth1Parameters(request: WireRequest): { readonly [name: string]: string } {
  const header = request.headers.authorization ?? "";
  const inHeader = /^oauth /i.test(header)
    ? [...header.slice("oauth ".length).matchAll(/([A-Za-z_]+)="([^"]*)"/g)].map(
        ([, name = "", value = ""]) => [name, decoded(value)] as const,
      )
    : [];
  const others = [...request.query, ...formOf(request)].filter(([name]) => name.startsWith("oauth_"));
  return Object.fromEntries([...others, ...inHeader]);
}

/** Why a request is not signed with a client's and a token's secrets (RFC 5849 §3.2), nonces and times aside. */
export function oauth1Problem(
  { signature: way }: Pick<OAuth1Scheme, "signature">,
  request: WireRequest,
  credential: { readonly [field: string]: string },
  tokenSecret: string,
): string | undefined {
  const said = oauth1Parameters(request);
  if (said.oauth_signature === undefined) return "the request has no oauth_signature";
  if (said.oauth_consumer_key !== credential.consumerKey) return "the client is not known (oauth_consumer_key)";
  if (said.oauth_signature_method !== way) return `it is signed with ${said.oauth_signature_method}, not ${way}`;
  for (const name of ["oauth_timestamp", "oauth_nonce"]) if (way !== "PLAINTEXT" && !said[name]) return `${name} is missing`;
  const key = `${strict(credential.consumerSecret ?? "")}&${strict(tokenSecret)}`;
  if (way === "PLAINTEXT") return said.oauth_signature === key ? undefined : "the signature is another";
  const protocol = Object.entries(said).filter(([name]) => name !== "oauth_signature" && name !== "realm");
  // Behind `unsafeOrigins` the address that was signed had TLS.
  const isSigned = ["https", "http"].some((transport) => {
    const text = baseString(transport, request, protocol);
    if (way.startsWith("HMAC")) return createHmac(digestOf(way), key).update(text).digest("base64") === said.oauth_signature;
    const open = publicKey(credential.privateKey ?? "", credential.passphrase);
    return (
      open !== undefined && verify(digestOf(way), Buffer.from(text), open, Buffer.from(said.oauth_signature ?? "", "base64"))
    );
  });
  return isSigned ? undefined : "the signature is another";
}

const digestOf = (way: OAuth1Scheme["signature"]): string => (way.endsWith("SHA256") ? "sha256" : "sha1");

/** RFC 5849 §3.4.1 */
function baseString(transport: string, request: WireRequest, protocol: Pairs): string {
  const own = [...request.query, ...formOf(request)].filter(([name]) => !name.startsWith("oauth_"));
  const parameters = [...own, ...protocol]
    .map(([name, value]) => [strict(name), strict(value)] as const)
    .toSorted(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`);
  const address = `${transport}://${request.host}${request.path}`;
  return [request.method.toUpperCase(), address, parameters.join("&")].map(strict).join("&");
}

function formOf(request: WireRequest): Pairs {
  return wireBody(request).texts === true && /form/i.test(request.headers["content-type"] ?? "")
    ? [...new URLSearchParams(request.body.toString("utf8"))]
    : [];
}
