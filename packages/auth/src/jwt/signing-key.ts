import { createPrivateKey, type KeyObject } from "node:crypto";
import { type JwtAssertion, MortiseError } from "@mortise/contract";
import type { JWK } from "jose";
import type { Credential } from "../credential/credential.ts";

type Algorithm = JwtAssertion["alg"];

/** A key of a credential, as the algorithm takes it. */
export interface SigningKey {
  readonly alg: Algorithm;
  readonly key: KeyObject | JWK | Uint8Array;
  /** What the key says of its own name (RFC 7517 §4.5); PEM says nothing. */
  readonly kid?: string;
}

/** Which key of a credential signs, and how its text is read. */
export interface KeyChoice {
  /** Absent: what the key is made for, RS256 with RSA. */
  readonly alg?: Algorithm;
  /** Absent: `privateKey`, with HS `clientSecret`. */
  readonly key?: string;
  /** How the text of an HS key is read. Absent: `utf8`. */
  readonly keyEncoding?: JwtAssertion["keyEncoding"];
}

const CURVES: { readonly [curve: string]: Algorithm } = Object.freeze({
  prime256v1: "ES256",
  secp384r1: "ES384",
  secp521r1: "ES512",
  "P-256": "ES256",
  "P-384": "ES384",
  "P-521": "ES512",
  Ed25519: "EdDSA",
});

/**
 * The key that a credential signs JWTs with: PEM (PKCS #8, PKCS #1, SEC 1; encrypted with the credential's `passphrase`) or JWK (RFC 7517),
 * a text with HS. Throws `AUTH_FAILED` for a field that is missing or no such key; the message shows nothing of it.
 */
export function signingKey(credential: Credential, choice: KeyChoice): SigningKey {
  const isShared = choice.alg?.startsWith("HS") === true;
  const field = choice.key ?? (isShared ? "clientSecret" : "privateKey");
  const text = credential[field]?.reveal().trim() ?? "";
  if (text === "") throw unfit(field, "is missing");
  if (isShared) return { alg: choice.alg, key: sharedKey(text, field, choice.keyEncoding ?? "utf8") };
  if (text.startsWith("{")) return jwkOf(text, field, choice.alg);
  const key = privateKey(text, field, credential.passphrase?.reveal());
  return { alg: choice.alg ?? algorithmOf(key, field), key };
}

function sharedKey(text: string, field: string, encoding: NonNullable<JwtAssertion["keyEncoding"]>): Uint8Array {
  const bytes = Buffer.from(text, encoding);
  const isRead = encoding !== "hex" || bytes.length * 2 === text.length;
  if (bytes.length > 0 && isRead) return bytes;
  throw unfit(field, `is no ${encoding} text`);
}

function jwkOf(text: string, field: string, alg: Algorithm | undefined): SigningKey {
  const jwk = parse(text);
  if (jwk === undefined || typeof jwk.kty !== "string" || typeof jwk.d !== "string") throw unfit(field, "is no private JWK");
  const own = alg ?? (jwk.alg as Algorithm | undefined) ?? (jwk.kty === "RSA" ? "RS256" : CURVES[String(jwk.crv)]);
  if (own === undefined) throw unfit(field, "is a JWK of a curve that no algorithm is known for");
  return { alg: own, key: jwk, ...(typeof jwk.kid === "string" ? { kid: jwk.kid } : {}) };
}

function parse(text: string): JWK | undefined {
  try {
    return JSON.parse(text) as JWK;
  } catch {
    return undefined;
  }
}

/** People paste PEM with its line breaks written out, as it stands in JSON files of keys. */
function privateKey(text: string, field: string, passphrase: string | undefined): KeyObject {
  const pem = text.replaceAll("\\n", "\n");
  try {
    return createPrivateKey({ key: pem, format: "pem", ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    throw unfit(field, pem.includes("ENCRYPTED") ? "does not open with the passphrase" : "is no private key");
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, field: string): Algorithm {
  if (asymmetricKeyType === "rsa") return "RS256";
  if (asymmetricKeyType === "rsa-pss") return "PS256";
  if (asymmetricKeyType === "ed25519") return "EdDSA";
  const known = CURVES[asymmetricKeyDetails?.namedCurve ?? ""];
  if (known !== undefined) return known;
  throw unfit(field, `is a key of the type ${asymmetricKeyType ?? "unknown"}, which no algorithm is known for`);
}

function unfit(field: string, found: string): MortiseError {
  return new MortiseError("AUTH_FAILED", `The credential's ${field} ${found}.`, {
    path: `/credential/${field}`,
    remedy: "Enter a private key as PEM (PKCS #8 or PKCS #1) or as JWK, or the shared secret as the contract says it is written.",
  });
}
