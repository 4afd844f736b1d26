import { MortiseError } from "@mortise/contract";
import * as oauth from "oauth4webapi";
import { reveal } from "../credential/reveal.ts";
import type { TokenQuery } from "./request-token.ts";
import type { ClientCertificate } from "./token-transport.ts";

/** What proves the client in one request. */
export interface ClientProof {
  readonly params: { readonly [name: string]: string };
  readonly headers: { readonly [name: string]: string };
  /** Shown when the connection is made. Absent: none. */
  readonly certificate?: ClientCertificate;
}

/** How the client proves itself at an endpoint (RFC 6749 §2.3). Throws `AUTH_FAILED` where the credential lacks what it takes. */
export async function clientAuthentication(query: TokenQuery, url: URL): Promise<ClientProof> {
  const { scheme, credential } = query;
  const clientId = reveal(credential, "clientId");
  const how = scheme.clientAuth ?? "basic";
  switch (how) {
    case "basic":
      return written(oauth.ClientSecretBasic(reveal(credential, "clientSecret")), clientId, url);
    case "body":
      return { params: { client_id: clientId, client_secret: reveal(credential, "clientSecret") }, headers: {} };
    case "none":
      return { params: { client_id: clientId }, headers: {} };
    case "basic_secret_only": {
      const pair = Buffer.from(`${reveal(credential, "clientSecret")}:`, "utf8").toString("base64");
      return { params: {}, headers: { authorization: `Basic ${pair}` } };
    }
    default:
      throw new MortiseError("MISCONFIGURED", `The client cannot prove itself by ${how}.`);
  }
}

/** What the library makes of it. */
async function written(auth: oauth.ClientAuth, clientId: string, url: URL): Promise<ClientProof> {
  const params = new URLSearchParams();
  const headers = new Headers();
  await auth({ issuer: url.origin, token_endpoint: url.href }, { client_id: clientId }, params, headers);
  return { params: Object.fromEntries(params), headers: Object.fromEntries(headers) };
}
