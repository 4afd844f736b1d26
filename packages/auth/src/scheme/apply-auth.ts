import { type AuthScheme, MortiseError, type SingleAuthScheme } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import type { Secret } from "../credential/secret.ts";
import { placeSecret, type SecretPlace } from "./place-secret.ts";
import type { AuthorizedDraft, RequestDraft } from "./request-draft.ts";

/** The token that a scheme which fetches tokens holds now; undefined: none was fetched. */
export type TokenLookup = (scheme: SingleAuthScheme) => Secret | undefined;

const BEARER: SecretPlace = Object.freeze({ in: "header", name: "authorization", prefix: "Bearer " });

/**
 * Puts a credential into a request draft and returns a new one. `none` and `fields` change nothing: the fields of the latter go to
 * the operation's own code. `oauth2` and `session` put in the token that `held` gives. Throws `AUTH_FAILED` where a field or a token is
 * missing or has characters that a header cannot carry.
 */
export function applyAuth(
  scheme: AuthScheme,
  credential: Credential,
  draft: RequestDraft,
  held: TokenLookup = () => undefined,
): AuthorizedDraft {
  const bare: AuthorizedDraft = { ...draft, secretHeaders: [], secretParams: [], secretFields: {} };
  const all = scheme.kind === "all" ? scheme.of : [scheme];
  return all.reduce((done, single) => applyOne(single, credential, done, held), bare);
}

function applyOne(scheme: SingleAuthScheme, credential: Credential, draft: AuthorizedDraft, held: TokenLookup): AuthorizedDraft {
  switch (scheme.kind) {
    case "none":
    case "fields":
      return draft;
    case "bearer":
      return placeSecret(draft, BEARER, field(credential, "token"));
    case "basic": {
      const username = field(credential, "username");
      if (username.includes(":")) throw new MortiseError("AUTH_FAILED", "The user name contains a colon (RFC 7617 §2).");
      const pair = Buffer.from(`${username}:${field(credential, "password")}`, "utf8").toString("base64");
      return placeSecret(draft, { in: "header", name: "authorization", prefix: "Basic " }, pair);
    }
    case "apiKey":
      return placeSecret(draft, scheme, field(credential, scheme.field ?? "apiKey"));
    case "digest":
    case "oauth1":
    case "awsSigV4":
    case "mtls":
    case "signature":
    case "custom":
      return draft;
    case "oauth2":
    case "session":
    case "jwt":
    case "appInstall":
      return placeSecret(draft, scheme.apply ?? BEARER, token(scheme, held));
  }
}

function field(credential: Credential, name: string): string {
  const secret = credential[name];
  if (secret === undefined)
    throw new MortiseError("AUTH_FAILED", `The credential has no ${name}.`, { path: `/credential/${name}` });
  return secret.reveal();
}

function token(scheme: SingleAuthScheme, held: TokenLookup): string {
  const secret = held(scheme);
  if (secret === undefined) throw new MortiseError("AUTH_FAILED", `There is no token of the ${scheme.kind} scheme yet.`);
  return secret.reveal();
}
