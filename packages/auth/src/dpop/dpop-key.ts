import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import type { JWK } from "jose";
import type { Credential } from "../credential/credential.ts";

/** A key that tokens are bound to (RFC 9449). */
export interface DpopKey {
  readonly key: KeyObject;
  readonly alg: "ES256";
  /** What goes with every proof (§4.2 `jwk`). */
  readonly publicJwk: JWK;
}

const MAX_KEYS = 10_000;

const opened = new Map<string, DpopKey>();

/** A new key as the text that a credential holds in `dpopKey`: a private JWK of P-256 (RFC 7517). */
export function newDpopKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return JSON.stringify(privateKey.export({ format: "jwk" }));
}

/**
 * The key that a connection's tokens are bound to: its `dpopKey`. A credential of a client that acts for itself may have none; it gets one
 * of this process, the same one for the same client. Throws `AUTH_FAILED` for a `dpopKey` that is no private JWK of P-256.
 */
export function dpopKey(credential: Credential): DpopKey {
  const stored = credential.dpopKey?.reveal() ?? "";
  const name = stored === "" ? clientOf(credential) : stored;
  const digest = createHash("sha256").update(name).digest("base64url");
  const known = opened.get(digest);
  if (known !== undefined) return known;
  const fresh = open(stored === "" ? newDpopKey() : stored);
  const oldest = opened.size < MAX_KEYS ? undefined : opened.keys().next().value;
  if (oldest !== undefined) opened.delete(oldest);
  opened.set(digest, fresh);
  return fresh;
}

/** Its thumbprint (RFC 7638), which a bound token holds as `cnf.jkt` (RFC 9449 §6.1). */
export async function dpopThumbprint(credential: Credential): Promise<string> {
  const { calculateJwkThumbprint } = await import("jose");
  return calculateJwkThumbprint(dpopKey(credential).publicJwk);
}

/** What comes and goes with tokens. */
const PASSING = /^(?:accessToken|refreshToken|expiresAt|refreshExpiresAt|scope|kept)(?:\.|$)/;

/** What of a credential stays as it is while tokens come and go. */
function clientOf(credential: Credential): string {
  const own = Object.keys(credential).filter((name) => !PASSING.test(name));
  return JSON.stringify(own.toSorted().map((name) => [name, credential[name]?.reveal() ?? ""]));
}

function open(text: string): DpopKey {
  try {
    const key = createPrivateKey({ key: JSON.parse(text) as JWK & { readonly kty: string }, format: "jwk" });
    if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new Error("another curve");
    return Object.freeze({ key, alg: "ES256", publicJwk: createPublicKey(key).export({ format: "jwk" }) as JWK });
  } catch {
    throw new MortiseError("AUTH_FAILED", "The credential's dpopKey is no private JWK of the curve P-256.", {
      path: "/credential/dpopKey",
      remedy: "Connect again, which makes a new one.",
    });
  }
}
