import { createPrivateKey } from "node:crypto";
import { MortiseError } from "@mortise/contract";

/** What a SAML 2.0 bearer assertion says (RFC 7522 §3). */
export interface SamlClaims {
  /** A new one for each (SAML Core 2.0 §1.3.4). */
  readonly id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  /** The token endpoint that it is for. */
  readonly recipient: string;
  readonly nowMs: number;
  readonly lifetimeMs: number;
  /** PEM, RSA. */
  readonly privateKey: string;
  /** PEM; goes with the signature. Absent: the other side knows the key. */
  readonly certificate?: string;
}

const ALGORITHM = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const DIGEST = "http://www.w3.org/2001/04/xmlenc#sha256";
const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/** Clocks differ by so much. */
const SKEW_MS = 60_000;

/** A SAML 2.0 bearer assertion, signed (XML Signature, RSA-SHA256, exclusive canonicalization). Throws `AUTH_FAILED` for a key that is no RSA key. */
export async function signSamlAssertion(claims: SamlClaims): Promise<string> {
  const { privateKey, certificate } = claims;
  checkKey(privateKey);
  const { SignedXml } = await import("xml-crypto");
  const signature = new SignedXml({
    privateKey,
    ...(certificate === undefined ? {} : { publicCert: certificate }),
    signatureAlgorithm: ALGORITHM,
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  signature.addReference({
    xpath: "/*",
    transforms: [ENVELOPED, EXCLUSIVE],
    digestAlgorithm: DIGEST,
  });
  // SAML Core 2.0 §5.4 and its schema: the signature stands right after the issuer.
  signature.computeSignature(written(claims), {
    prefix: "ds",
    location: { reference: "/*/*[local-name(.)='Issuer']", action: "after" },
  });
  return signature.getSignedXml();
}

function written({ id, issuer, subject, audience, recipient, nowMs, lifetimeMs }: SamlClaims): string {
  const instant = (ms: number) => new Date(ms).toISOString();
  const [now, end] = [instant(nowMs), instant(nowMs + lifetimeMs)];
  return [
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${escapeXml(id)}" Version="2.0" IssueInstant="${now}">`,
    `<saml:Issuer>${escapeXml(issuer)}</saml:Issuer>`,
    `<saml:Subject><saml:NameID>${escapeXml(subject)}</saml:NameID>`,
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`,
    `<saml:SubjectConfirmationData NotOnOrAfter="${end}" Recipient="${escapeXml(recipient)}"/>`,
    `</saml:SubjectConfirmation></saml:Subject>`,
    `<saml:Conditions NotBefore="${instant(nowMs - SKEW_MS)}" NotOnOrAfter="${end}">`,
    `<saml:AudienceRestriction><saml:Audience>${escapeXml(audience)}</saml:Audience></saml:AudienceRestriction>`,
    `</saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${now}"><saml:AuthnContext>`,
    `<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:X509</saml:AuthnContextClassRef>`,
    `</saml:AuthnContext></saml:AuthnStatement></saml:Assertion>`,
  ].join("");
}

function checkKey(pem: string): void {
  try {
    if (createPrivateKey(pem).asymmetricKeyType === "rsa") return;
  } catch {
    // Told below; what OpenSSL says may quote the key.
  }
  throw new MortiseError(
    "AUTH_FAILED",
    "The credential's privateKey is no RSA key in PEM, which SAML assertions are signed with.",
    {
      path: "/credential/privateKey",
    },
  );
}

const ENTITIES: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
