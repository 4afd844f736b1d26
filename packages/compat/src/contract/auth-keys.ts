import type { JwtAssertion, RequestSignature, SingleAuthScheme } from "@mortise/contract";

/** The key that a scheme signs with: which credential field holds it, and of which kind it must be. */
export interface AuthKey {
  /** Place in the scheme of what says so. */
  readonly at: string;
  readonly field: string;
  readonly kind: string;
}

/** The keys that a scheme signs with. */
export function keysOf(scheme: SingleAuthScheme): readonly AuthKey[] {
  switch (scheme.kind) {
    case "jwt":
    case "appInstall":
      return jwtKey("/assertion", scheme.assertion);
    case "signature":
      return signingKey("", scheme);
    case "oauth1":
      return [{ at: "/signature", field: "privateKey", kind: scheme.signature.startsWith("RSA") ? "RSA" : "none" }];
    case "oauth2":
      return [
        ...(scheme.assertion === undefined ? [] : jwtKey("/assertion", scheme.assertion)),
        ...(scheme.clientAssertion?.alg === undefined
          ? []
          : jwtKey("/clientAssertion", { ...scheme.clientAssertion, alg: scheme.clientAssertion.alg })),
        ...(scheme.signTokenRequest === undefined ? [] : signingKey("/signTokenRequest", scheme.signTokenRequest)),
      ];
    default:
      return [];
  }
}

/** RFC 7518 §3.1 */
function jwtKey(at: string, { alg, key }: Pick<JwtAssertion, "alg" | "key">): readonly AuthKey[] {
  const isShared = alg.startsWith("HS");
  const kind = isShared ? "shared" : alg.startsWith("ES") ? `P-${alg.slice(2)}` : alg === "EdDSA" ? "Ed25519" : "RSA";
  return [{ at: `${at}/alg`, field: key ?? (isShared ? "clientSecret" : "privateKey"), kind }];
}

function signingKey(at: string, { algorithm, key }: RequestSignature): readonly AuthKey[] {
  if (key === undefined) return [];
  const kinds: { readonly [algorithm: string]: string } = { "rsa-sha256": "RSA", "ecdsa-sha256": "EC", ed25519: "Ed25519" };
  return [{ at: `${at}/algorithm`, field: key, kind: kinds[algorithm] ?? "shared" }];
}
