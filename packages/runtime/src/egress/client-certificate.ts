import { createHash, X509Certificate } from "node:crypto";
import tls from "node:tls";
import { MortiseError } from "@mortise/contract";
import type { Authorities } from "./authorities.ts";

/** What a TLS client shows to say who it is (RFC 8446 §4.4.2). All of it is PEM. */
export interface ClientCertificate {
  /** The certificate, with the chain below it where there is one. */
  readonly cert: string;
  readonly key: string;
  /** Opens an encrypted key. Absent: it is not encrypted. */
  readonly passphrase?: string;
  /** The only authorities whose servers are trusted then. Absent: those that Node trusts. */
  readonly ca?: string;
}

/** A client certificate that connections can be made with. */
export interface OpenCertificate {
  readonly context: tls.SecureContext;
  /** Differs for every certificate, key and authority; sockets are shared by the same one only. */
  readonly digest: string;
}

const opened = new WeakMap<
  ClientCertificate,
  { readonly open: OpenCertificate; readonly authorities: Authorities | undefined }
>();

/** Reads a certificate and its key, once. `authorities` are trusted where it brings none of its own; absent: Node's. Throws `AUTH_FAILED` for what is no PEM, for a key of another certificate, a wrong passphrase. */
export function openCertificate(certificate: ClientCertificate, authorities?: Authorities): OpenCertificate {
  const known = opened.get(certificate);
  if (known?.authorities === authorities && known !== undefined) return known.open;
  const { cert, key, passphrase, ca } = certificate;
  const parts = { cert, key, ...(passphrase === undefined ? {} : { passphrase }), ...(ca === undefined ? {} : { ca }) };
  try {
    if (ca !== undefined && !isCertificate(ca)) throw new Error("no authority");
    const digest = createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
    const trusted = ca === undefined && authorities !== undefined && !authorities.isEmpty ? { ca: [...authorities.all()] } : {};
    const open = Object.freeze({ context: tls.createSecureContext({ ...parts, ...trusted }), digest });
    opened.set(certificate, { open, authorities });
    return open;
  } catch (cause) {
    throw new MortiseError("AUTH_FAILED", `The client certificate cannot be used: ${reasonOf(certificate, cause)}.`, {
      remedy: "Enter certificate and private key as PEM texts that belong together.",
      // The cause is not kept: some of OpenSSL's errors quote what they read.
    });
  }
}

/** Says which part is wrong, from the parts themselves and OpenSSL's code. */
function reasonOf({ cert, key, ca }: ClientCertificate, cause: unknown): string {
  if (!isCertificate(cert)) return "the certificate is not PEM";
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) return "the private key is not PEM";
  if (ca !== undefined && !isCertificate(ca)) return "the certificate authority is not PEM";
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code.includes("KEY_VALUES_MISMATCH")) return "the private key belongs to another certificate";
  if (/BAD_DECRYPT|BAD_PASSWORD|NO_PASSWORD|INTERRUPTED_OR_CANCELLED|MISSING_PASSPHRASE/.test(code))
    return "the passphrase does not open the private key";
  return code === "" ? "the private key cannot be read" : `the private key cannot be read (${code})`;
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined;
  } catch {
    return false;
  }
}

const MISSED = /ALERT_CERTIFICATE_REQUIRED/;
const REFUSED =
  /ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_(?:EXPIRED|REVOKED|UNKNOWN)|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/;

/**
 * Whether a TLS alert (RFC 8446 §6.2) says that the other side wants another client certificate, or one at all: it has read no request
 * then. `shown`: one was shown; without one, most alerts are about something else.
 */
export function refusesCertificate(code: string, shown: boolean): boolean {
  return MISSED.test(code) || (shown && REFUSED.test(code));
}
