import { createHmac, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { AuthScheme } from "@mortise/contract";
import OAuth from "oauth-1.0a";
import type { Vendor } from "./oauth-vendor.ts";

/** The app that is registered at the vendor. */
export const CONSUMER = { consumerKey: "consumer-7f21", consumerSecret: "canary-consumer-secret-7f21" } as const;

/** How a person signs in for Acme with OAuth 1.0a. */
export const oldLogin: AuthScheme = {
  kind: "oauth1",
  title: "Acme account (OAuth 1.0a)",
  signature: "HMAC-SHA1",
  requestTokenUrl: "{settings.baseUrl}/oauth/initiate",
  authorizeUrl: "{settings.baseUrl}/oauth/authorize",
  accessTokenUrl: "{settings.baseUrl}/oauth/token",
  test: { operation: "whoAmI" },
  label: { $text: "${output.sub}" },
};

/** What {@link scriptOAuth1} knows. */
export interface OAuth1Vendor {
  /** Secrets that it gave out. */
  readonly secrets: string[];
  /** Requests whose signature was not what the library `oauth-1.0a` makes of them. */
  readonly refused: string[];
  /** Whose account the next person signs in with. */
  sub: string;
}

interface Token {
  readonly secret: string;
  readonly callback?: string;
  readonly verifier?: string;
  readonly sub?: string;
}

/** Makes a vendor of OAuth 1.0a (RFC 5849 §2): a person who is sent to it says yes at once, to one of `no` they say no. */
export function scriptOAuth1(vendor: Vendor, no: ReadonlySet<string> = new Set()): OAuth1Vendor {
  const known: OAuth1Vendor = { secrets: [], refused: [], sub: "ada" };
  const temporary = new Map<string, Token>();
  const tokens = new Map<string, Token>();
  const given = () => {
    const [token, secret] = [`tok-${randomUUID()}`, `canary-${randomUUID()}`];
    known.secrets.push(token, secret);
    return [token, secret] as const;
  };
  vendor.script((request, response) => {
    const url = new URL(request.url ?? "/", vendor.origin);
    const said = parametersOf(request);
    const say = (status: number, body: string, headers: Record<string, string> = {}) =>
      response.writeHead(status, headers).end(body);
    const form = (fields: Record<string, string>) => say(200, String(new URLSearchParams(fields)));
    if (url.pathname === "/oauth/authorize") {
      const name = url.searchParams.get("oauth_token") ?? "";
      const asked = temporary.get(name);
      if (asked?.callback === undefined) return say(400, "no such token");
      const back = new URL(asked.callback);
      if (no.has(known.sub)) return say(302, "", { location: back.href });
      const verifier = `canary-verifier-${randomUUID()}`;
      known.secrets.push(verifier);
      temporary.set(name, { ...asked, verifier, sub: known.sub });
      back.search = String(new URLSearchParams({ oauth_token: name, oauth_verifier: verifier }));
      return say(302, "", { location: back.href });
    }
    const held = url.pathname === "/oauth/token" ? temporary.get(said.oauth_token ?? "") : tokens.get(said.oauth_token ?? "");
    const expected = signatureOf(request.method ?? "GET", url, said, held?.secret);
    if (said.oauth_signature !== expected || said.oauth_consumer_key !== CONSUMER.consumerKey) {
      known.refused.push(url.pathname);
      return say(401, "oauth_problem=signature_invalid");
    }
    const [token, secret] = given();
    switch (url.pathname) {
      case "/oauth/initiate":
        temporary.set(token, { secret, callback: said.oauth_callback ?? "" });
        return form({ oauth_token: token, oauth_token_secret: secret, oauth_callback_confirmed: "true" });
      case "/oauth/token":
        if (held?.verifier === undefined || held.verifier !== said.oauth_verifier)
          return say(401, "oauth_problem=verifier_invalid");
        temporary.delete(said.oauth_token ?? "");
        tokens.set(token, { secret, ...(held.sub === undefined ? {} : { sub: held.sub }) });
        return form({ oauth_token: token, oauth_token_secret: secret });
      default:
        return say(held === undefined ? 401 : 200, JSON.stringify({ sub: held?.sub }), { "content-type": "application/json" });
    }
  });
  return known;
}

/** The parameters of an `Authorization: OAuth` header (RFC 5849 §3.5.1). */
function parametersOf({ headers }: IncomingMessage): { readonly [name: string]: string } {
  const found = [...(headers.authorization ?? "").matchAll(/([a-z_]+)="([^"]*)"/g)];
  return Object.fromEntries(found.map(([, name = "", value = ""]) => [name, decodeURIComponent(value)]));
}

function signatureOf(method: string, url: URL, said: { readonly [name: string]: string }, tokenSecret = ""): string {
  const library = new OAuth({
    consumer: { key: CONSUMER.consumerKey, secret: CONSUMER.consumerSecret },
    signature_method: "HMAC-SHA1",
    hash_function: (base, key) => createHmac("sha1", key).update(base).digest("base64"),
  });
  const { oauth_signature: _, realm: __, ...parameters } = said;
  return library.getSignature({ method, url: url.href }, tokenSecret, parameters as never);
}
