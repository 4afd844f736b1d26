import type { OAuth1Scheme } from "@mortise/contract";
import type { Credential } from "../../credential/credential.ts";
import { reveal } from "../../credential/reveal.ts";
import { isForm, withBodyFields } from "../body-fields.ts";
import { encodeStrictly } from "../percent-encode.ts";
import { placeSecret } from "../place-secret.ts";
import type { AuthorizedDraft, SignedRequest, WholeRequest } from "../request-draft.ts";
import type { SigningContext } from "../request-signer.ts";
import { withoutParams } from "../without-params.ts";
import { baseString, type Parameters } from "./base-string.ts";
import { oauth1Signature } from "./oauth1-signature.ts";

const NONCE_BYTES = 16;

/** What a request is signed with beside the scheme. */
export interface OAuth1Parts extends Pick<SigningContext, "nowMs" | "randomBytes"> {
  readonly credential: Credential;
  /** Absent: the request is the client's own. */
  readonly token?: { readonly token: string; readonly secret: string } | undefined;
  /** Of requests on the way to a token: `oauth_callback`, `oauth_verifier`. */
  readonly further?: Parameters;
}

/**
 * A request with the parameters of OAuth 1.0a (RFC 5849 §3.1), signed: in the header, the query, or a form body (§3.5), in the header where
 * there is no form. A request of one kind is signed anew each time, with another nonce. Throws `AUTH_FAILED`.
 */
export function signOAuth1(scheme: OAuth1Scheme, whole: WholeRequest, parts: OAuth1Parts): SignedRequest {
  const request = { ...whole, url: withoutParams(whole.url, (name) => name.startsWith("oauth_")) };
  const { credential, token, further = [], nowMs, randomBytes } = parts;
  const unsigned: Parameters = [
    ["oauth_consumer_key", reveal(credential, "consumerKey")],
    ...(token === undefined ? [] : [["oauth_token", token.token] as const]),
    ["oauth_signature_method", scheme.signature],
    ["oauth_timestamp", String(Math.floor(nowMs / 1_000))],
    ["oauth_nonce", Buffer.from(randomBytes(NONCE_BYTES)).toString("hex")],
    ["oauth_version", "1.0"],
    ...further,
  ];
  const signature = oauth1Signature(scheme.signature, baseString(request, unsigned), credential, token?.secret ?? "");
  const signed: Parameters = [...unsigned, ["oauth_signature", signature]];
  return { ...placed(scheme, request, signed), echoes: [signature] };
}

function placed(scheme: OAuth1Scheme, request: WholeRequest, parameters: Parameters): Omit<SignedRequest, "echoes"> {
  const draft: AuthorizedDraft = { ...request, secretHeaders: [], secretParams: [], secretFields: {} };
  if (scheme.in === "query") {
    const full = parameters.reduce((done, [name, value]) => placeSecret(done, { in: "query", name }, value), draft);
    return { ...full, body: request.body };
  }
  if (scheme.in === "body" && isForm(request.headers["content-type"])) {
    const secretFields = Object.fromEntries(parameters);
    return withBodyFields({ ...draft, secretFields, body: request.body }, secretFields);
  }
  const realm = scheme.realm === undefined ? [] : [`realm="${scheme.realm.replaceAll(/["\\]/g, "\\$&")}"`];
  const fields = parameters.map(([name, value]) => `${encodeStrictly(name)}="${encodeStrictly(value)}"`);
  const authorization = `OAuth ${[...realm, ...fields].join(", ")}`;
  return { ...placeSecret(draft, { in: "header", name: "authorization" }, authorization), body: request.body };
}
