import type { Credential } from "@mortise/auth";
import type { AuthScheme, SingleAuthScheme } from "@mortise/contract";
import type { ClientCertificate } from "../egress/client-certificate.ts";

/**
 * The client certificate that a connection's calls show: of a `mtls` scheme, or of tokens that are bound to it (RFC 8705 §3). The same
 * object for the same connection. Undefined where the scheme has none.
 */
export function certificateOf(scheme: AuthScheme, credential: Credential): ClientCertificate | undefined {
  const all = scheme.kind === "all" ? scheme.of : [scheme];
  if (!all.some(showsCertificate)) return undefined;
  const { certificate, privateKey, passphrase, ca } = credential;
  if (certificate === undefined || privateKey === undefined) return undefined;
  return Object.freeze({
    cert: certificate.reveal(),
    key: privateKey.reveal(),
    ...(passphrase === undefined || passphrase.reveal() === "" ? {} : { passphrase: passphrase.reveal() }),
    ...(ca === undefined || ca.reveal() === "" ? {} : { ca: ca.reveal() }),
  });
}

const showsCertificate = (scheme: SingleAuthScheme): boolean =>
  scheme.kind === "mtls" || (scheme.kind === "oauth2" && scheme.certificateBound === true);
