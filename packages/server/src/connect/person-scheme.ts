import type { AuthScheme, Contract, OAuth2Scheme } from "@mortise/contract";

/** A way to sign in in which a person takes part. */
export interface PersonScheme {
  /** Its id in the contract. */
  readonly id: string;
  readonly scheme: OAuth2Scheme;
  /** The scheme itself, or the one that it is part of. */
  readonly whole: AuthScheme;
  /** `redirect`: their browser goes to the other system and comes back; `device`: they type a code in there (RFC 8628). */
  readonly way: "redirect" | "device";
}

const WAYS: { readonly [grant: string]: PersonScheme["way"] } = Object.freeze({
  authorization_code: "redirect",
  device_code: "device",
});

/** The one of a contract's auth schemes that a person takes part in. `auth` absent: the only scheme. Undefined: nobody does. */
export function personScheme(contract: Contract, auth: string | undefined): PersonScheme | undefined {
  const ids = Object.keys(contract.auth);
  const id = auth ?? (ids.length === 1 ? ids[0] : undefined);
  const whole = id === undefined || !Object.hasOwn(contract.auth, id) ? undefined : contract.auth[id];
  if (id === undefined || whole === undefined) return undefined;
  for (const scheme of whole.kind === "all" ? whole.of : [whole]) {
    const way = scheme.kind === "oauth2" ? WAYS[scheme.grant] : undefined;
    // A code that the other system delivers by itself needs an address that it can reach, which not every deployment has.
    if (scheme.kind === "oauth2" && way !== undefined && scheme.codeFrom === undefined) return { id, scheme, whole, way };
  }
  return undefined;
}
