import { createPrivateKey, type KeyObject } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import { reveal } from "../credential/reveal.ts";

const opened = new WeakMap<Credential, Map<string, KeyObject>>();

/**
 * The private key in a field of a credential, of the kind that is wanted: PEM (encrypted with the credential's `passphrase`), or PKCS #8 in DER
 * where an encoding is said. Read once a credential. Throws `AUTH_FAILED` for a field that is missing or no such key.
 */
export function privateKeyOf(
  credential: Credential,
  field: string,
  kind: "rsa" | "ec" | "ed25519",
  encoding: "utf8" | "hex" | "base64" = "utf8",
): KeyObject {
  const keys = opened.get(credential) ?? new Map<string, KeyObject>();
  opened.set(credential, keys);
  const key = keys.get(field) ?? read(credential, field, encoding);
  keys.set(field, key);
  if (key.asymmetricKeyType !== kind)
    throw unfit(field, `is a key of ${key.asymmetricKeyType ?? "an unknown kind"}, not of ${kind}`);
  return key;
}

function read(credential: Credential, field: string, encoding: "utf8" | "hex" | "base64"): KeyObject {
  const text = reveal(credential, field);
  const passphrase = credential.passphrase?.reveal();
  try {
    return encoding === "utf8" || text.includes("-----BEGIN")
      ? createPrivateKey({ key: text, format: "pem", ...(passphrase === undefined ? {} : { passphrase }) })
      : createPrivateKey({ key: Buffer.from(text, encoding), format: "der", type: "pkcs8" });
  } catch {
    throw unfit(field, "is no private key in PEM");
  }
}

function unfit(field: string, problem: string): MortiseError {
  return new MortiseError("AUTH_FAILED", `The credential's ${field} ${problem}.`, { path: `/credential/${field}` });
}
