import { reveal } from "../credential/reveal.ts";
import { clientAssertion } from "../oidc/client-assertion.ts";
import { clientCertificate } from "../oidc/client-certificate.ts";
import { issuerOf } from "../oidc/provider.ts";
import type { TokenQuery } from "./request-token.ts";
import type { ClientCertificate } from "./token-transport.ts";

/** What proves the client in one request. */
export interface ClientProof {
  readonly params: { readonly [name: string]: string };
  readonly headers: { readonly [name: string]: string };
  /** Shown when the connection is made. Absent: none. */
  readonly certificate?: ClientCertificate;
}

/** How the client proves itself at an endpoint (RFC 6749 §2.3, RFC 7523 §2.2, RFC 8705 §2). Throws `AUTH_FAILED` where the credential lacks what it takes. */
export async function clientAuthentication(query: TokenQuery, url: URL): Promise<ClientProof> {
  const certificate = clientCertificate(query.scheme, query.credential);
  const proof = await proofOf(query, url);
  return certificate === undefined ? proof : { ...proof, certificate };
}

async function proofOf(query: TokenQuery, url: URL): Promise<ClientProof> {
  const { scheme, credential, settings } = query;
  const clientId = reveal(credential, "clientId");
  const how = scheme.clientAuth ?? "basic";
  switch (how) {
    case "basic":
      return basicProof(`${formText(clientId)}:${formText(reveal(credential, "clientSecret"))}`);
    case "body":
      return { params: { client_id: clientId, client_secret: reveal(credential, "clientSecret") }, headers: {} };
    case "none":
      return { params: { client_id: clientId }, headers: {} };
    case "basic_secret_only":
      return basicProof(`${reveal(credential, "clientSecret")}:`);
    case "client_secret_jwt":
    case "private_key_jwt": {
      const audience = scheme.issuer === undefined ? url.href : issuerOf(scheme, settings);
      return { params: await clientAssertion(query, audience), headers: {} };
    }
    case "tls_client_auth":
    case "self_signed_tls_client_auth":
      return { params: { client_id: clientId }, headers: {} };
  }
}

function basicProof(pair: string): ClientProof {
  return { params: {}, headers: { authorization: `Basic ${Buffer.from(pair, "utf8").toString("base64")}` } };
}

/**
 * A text as a form has it (RFC 6749 §2.3.1, appendix B). No more is encoded than must be: many vendors do not decode, and a secret with a
 * hyphen or an underscore must reach them as it is.
 */
function formText(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
