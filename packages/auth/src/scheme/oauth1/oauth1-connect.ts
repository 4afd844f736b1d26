import { type Json, MortiseError, type OAuth1Scheme } from "@mortise/contract";
import type { Credential } from "../../credential/credential.ts";
import { revealAll } from "../../credential/reveal.ts";
import type { AuthorizationStart } from "../../tokens/authorization-code.ts";
import { boundedToken } from "../../tokens/bounded-token.ts";
import type { PlainCredential } from "../../tokens/credential-store.ts";
import { endpointUrl } from "../../tokens/endpoint-url.ts";
import { keptValues } from "../../tokens/kept-values.ts";
import { tokenRefusal } from "../../tokens/token-refusal.ts";
import type { TokenAnswer, TokenTransport } from "../../tokens/token-transport.ts";
import type { SigningContext } from "../request-signer.ts";
import type { Parameters } from "./base-string.ts";
import { signOAuth1 } from "./sign-oauth1.ts";

/** Who connects, and over which way. */
export interface OAuth1Query extends Pick<SigningContext, "nowMs" | "randomBytes"> {
  readonly scheme: OAuth1Scheme;
  /** The client's `consumerKey` and `consumerSecret` or `privateKey`. */
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
  readonly transport: TokenTransport;
}

/** The browser is back. */
export interface OAuth1Return {
  readonly callbackUrl: URL;
  /** What the start gave. */
  readonly state: string;
  readonly codeVerifier: string | undefined;
}

/** Whether a person connects with a scheme (RFC 5849 §2), who otherwise enters a token. */
export function connectsByOAuth1({ requestTokenUrl, authorizeUrl, accessTokenUrl }: OAuth1Scheme): boolean {
  return requestTokenUrl !== undefined && authorizeUrl !== undefined && accessTokenUrl !== undefined;
}

/**
 * Asks for temporary credentials (RFC 5849 §2.1) and says where the person grants access (§2.2). `state` is the temporary token, which comes
 * back as `oauth_token`; `codeVerifier` is its secret. Throws `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`.
 */
export async function askForOAuth1(query: OAuth1Query, redirectUri: string): Promise<AuthorizationStart> {
  const { scheme, settings } = query;
  const { fields } = await ask(query, scheme.requestTokenUrl, undefined, [["oauth_callback", redirectUri]]);
  const url = endpointUrl(scheme.authorizeUrl ?? "", settings);
  url.searchParams.set("oauth_token", fields.oauth_token ?? "");
  return Object.freeze({ url, state: fields.oauth_token ?? "", codeVerifier: fields.oauth_token_secret ?? "" });
}

/**
 * Exchanges what came back with the browser for token credentials (RFC 5849 §2.3); returns the credential with them and what the contract
 * keeps. Throws `AUTH_FAILED` for another token than the one that was sent, a person who said no, or no verifier, and as
 * {@link askForOAuth1} does.
 */
export async function finishOAuth1(query: OAuth1Query, back: OAuth1Return): Promise<PlainCredential> {
  const { scheme, credential, settings } = query;
  const said = back.callbackUrl.searchParams;
  const verifier = said.get("oauth_verifier") ?? "";
  const denied = (message: string) =>
    new MortiseError("AUTH_FAILED", message, { nativeCode: "access_denied", remedy: "Connect again." });
  if (said.has("denied") || (!said.has("oauth_token") && verifier === "")) throw denied("Access was not granted.");
  if (said.get("oauth_token") !== back.state || back.state === "")
    throw new MortiseError("AUTH_FAILED", "The answer belongs to another sign-in.", { remedy: "Connect again." });
  if (verifier === "") throw denied("Access was not granted: the answer has no oauth_verifier.");
  const temporary = { token: back.state, secret: back.codeVerifier ?? "" };
  const { fields, answer } = await ask(query, scheme.accessTokenUrl, temporary, [["oauth_verifier", verifier]]);
  boundedToken({ token: fields.oauth_token ?? "", fields: { secret: fields.oauth_token_secret ?? "" } }, "The other system");
  const sources = { redirect: (name: string) => said.get(name) ?? undefined, body: fields, headers: answer.headers };
  return {
    ...revealAll(credential),
    ...keptValues(scheme.keep, sources, settings),
    token: fields.oauth_token ?? "",
    tokenSecret: fields.oauth_token_secret ?? "",
  };
}

/** A signed request for a token; its answer is a form (RFC 5849 §2.1, §2.3). */
async function ask(
  query: OAuth1Query,
  template: string | undefined,
  token: { readonly token: string; readonly secret: string } | undefined,
  further: Parameters,
): Promise<{ readonly fields: { readonly [name: string]: string }; readonly answer: TokenAnswer }> {
  const { scheme, credential, settings, transport, nowMs, randomBytes } = query;
  if (template === undefined) throw new MortiseError("MISCONFIGURED", "The contract does not say where tokens come from.");
  const url = endpointUrl(template, settings);
  const form: { readonly [name: string]: string } =
    scheme.in === "body" ? { "content-type": "application/x-www-form-urlencoded" } : {};
  const whole = { method: "POST" as const, url, headers: { accept: "*/*", ...form } };
  const signed = signOAuth1(scheme, whole, { credential, token, further, nowMs, randomBytes });
  const { body } = signed;
  const answer = await transport({
    method: "POST",
    url: signed.url,
    headers: signed.headers,
    ...(body === undefined ? {} : { body: body.toString() }),
  });
  const fields = Object.fromEntries(new URLSearchParams(answer.body)) as { readonly [name: string]: string };
  if (answer.status < 300 && (fields.oauth_token ?? "") !== "" && fields.oauth_token_secret !== undefined)
    return { fields, answer };
  const problem = fields.oauth_problem;
  throw tokenRefusal(answer, problem === undefined ? null : { error: problem }, url.host, "oauth_token", nowMs);
}
