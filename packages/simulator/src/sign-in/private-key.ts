import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";

/** What a key is for. */
export type KeyKind = "rsa" | "ed25519" | "P-256" | "P-384" | "P-521";

const made = new Map<KeyKind, string>();

/** A private key as PEM (PKCS #8): made when it is first asked for, the same for as long as the process lives. */
export function privateKeyPem(kind: KeyKind): string {
  const known = made.get(kind);
  if (known !== undefined) return known;
  const pem = keyOf(kind).export({ format: "pem", type: "pkcs8" }).toString();
  made.set(kind, pem);
  return pem;
}

function keyOf(kind: KeyKind): KeyObject {
  switch (kind) {
    case "rsa":
      return generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey;
    case "ed25519":
      return generateKeyPairSync("ed25519").privateKey;
    default:
      return generateKeyPairSync("ec", { namedCurve: kind }).privateKey;
  }
}

/** The kind of key that an algorithm of JWTs takes (RFC 7518 §3.1). Undefined: a shared secret. */
export function keyKindOf(alg: string): KeyKind | undefined {
  if (alg.startsWith("HS")) return undefined;
  if (alg.startsWith("RS") || alg.startsWith("PS")) return "rsa";
  if (alg === "EdDSA") return "ed25519";
  return alg === "ES512" ? "P-521" : alg === "ES384" ? "P-384" : "P-256";
}

/** The same key as a private JWK (RFC 7517). */
export const privateJwk = (kind: KeyKind): string =>
  JSON.stringify(createPrivateKey(privateKeyPem(kind)).export({ format: "jwk" }));
