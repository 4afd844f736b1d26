import { connectsByOAuth1, installsByBrowser } from "@mortise/auth";
import type { AppInstallScheme, AuthScheme, Contract, OAuth1Scheme, OAuth2Scheme } from "@mortise/contract";

/** A scheme that a person takes part in. */
export type PersonalScheme = OAuth2Scheme | OAuth1Scheme | AppInstallScheme;

/** A way to sign in in which a person takes part. */
export interface PersonScheme {
  /** Its id in the contract. */
  readonly id: string;
  readonly scheme: PersonalScheme;
  /** The scheme itself, or the one that it is part of. */
  readonly whole: AuthScheme;
  /** `redirect`: their browser goes to the other system and comes back; `device`: they type a code in there (RFC 8628). */
  readonly way: "redirect" | "device";
}

/** The one of a contract's auth schemes that a person takes part in. `auth` absent: the only scheme. Undefined: nobody does. */
export function personScheme(contract: Contract, auth: string | undefined): PersonScheme | undefined {
  const ids = Object.keys(contract.auth);
  const id = auth ?? (ids.length === 1 ? ids[0] : undefined);
  const whole = id === undefined || !Object.hasOwn(contract.auth, id) ? undefined : contract.auth[id];
  if (id === undefined || whole === undefined) return undefined;
  for (const scheme of whole.kind === "all" ? whole.of : [whole]) {
    const found = personal(scheme);
    if (found !== undefined) return { id, whole, ...found };
  }
  return undefined;
}

function personal(scheme: AuthScheme): Pick<PersonScheme, "scheme" | "way"> | undefined {
  switch (scheme.kind) {
    case "oauth2":
      if (scheme.grant === "authorization_code") return { scheme, way: "redirect" };
      return scheme.grant === "device_code" ? { scheme, way: "device" } : undefined;
    case "oauth1":
      return connectsByOAuth1(scheme) ? { scheme, way: "redirect" } : undefined;
    case "appInstall":
      return installsByBrowser(scheme) ? { scheme, way: "redirect" } : undefined;
    default:
      return undefined;
  }
}
