import type { OAuth2Scheme } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import { reveal } from "../credential/reveal.ts";
import type { ClientCertificate } from "../tokens/token-transport.ts";

/** Whether the client shows a certificate where it asks for tokens: to prove itself, or to have them bound to it (RFC 8705 §2, §3). */
export function showsCertificate({ clientAuth, certificateBound }: OAuth2Scheme): boolean {
  return clientAuth === "tls_client_auth" || clientAuth === "self_signed_tls_client_auth" || certificateBound === true;
}

/** The certificate that a client shows where it asks for tokens. Undefined: it shows none. Throws `AUTH_FAILED` where it is missing. */
export function clientCertificate(scheme: OAuth2Scheme, credential: Credential): ClientCertificate | undefined {
  if (!showsCertificate(scheme)) return undefined;
  const passphrase = credential.passphrase?.reveal() ?? "";
  const ca = credential.ca?.reveal() ?? "";
  return {
    cert: reveal(credential, "certificate"),
    key: reveal(credential, "privateKey"),
    ...(passphrase === "" ? {} : { passphrase }),
    ...(ca === "" ? {} : { ca }),
  };
}
