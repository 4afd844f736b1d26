import type { AuthScheme, OAuth2Scheme, SingleAuthScheme, TokenStep } from "@mortise/contract";

/** Scheme and host of an address with `{settings.x}` holes; the hole itself where it is the base. Undefined: there is no address. */
export function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : (/^[a-z]+:\/\/[^/?#]+/.exec(url)?.[0] ?? /^[^/?#]*/.exec(url)?.[0] ?? url);
}

/** Where tokens of connections that exist are renewed. */
export const renewalOrigin = ({ refreshUrl, tokenUrl, issuer }: OAuth2Scheme): string | undefined =>
  originOf(refreshUrl ?? tokenUrl ?? issuer);

/** Every origin that signing in sends something secret or a person to, by the place of its address in the scheme. */
export function signInOrigins(scheme: AuthScheme): ReadonlyMap<string, string> {
  if (scheme.kind === "all") {
    return new Map(
      scheme.of.flatMap((part, index) => [...signInOrigins(part)].map(([at, origin]) => [`/of/${index}${at}`, origin])),
    );
  }
  const found = addressesOf(scheme).map(([at, url]): readonly [string, string | undefined] => [at, originOf(url)]);
  return new Map(found.flatMap(([at, origin]) => (origin === undefined ? [] : [[at, origin] as const])));
}

type Addresses = readonly (readonly [at: string, url: string | undefined])[];

function addressesOf(scheme: SingleAuthScheme): Addresses {
  switch (scheme.kind) {
    case "oauth2":
      return [
        ...OAUTH_KEYS.map((key) => [`/${key}`, scheme[key]] as const),
        ...steps("/steps", scheme.steps),
        ...steps("/afterToken", scheme.afterToken),
      ];
    case "session":
      return [...steps("/steps", scheme.steps), ["/login/url", scheme.login.url]];
    case "oauth1":
      return OAUTH1_KEYS.map((key) => [`/${key}`, scheme[key]] as const);
    case "appInstall":
      return [
        ["/installUrl", scheme.installUrl],
        ["/exchange/url", scheme.exchange.url],
      ];
    case "awsSigV4":
      return [["/assumeRole/url", scheme.assumeRole?.url]];
    default:
      return [];
  }
}

const OAUTH_KEYS = [
  "issuer",
  "authorizeUrl",
  "tokenUrl",
  "refreshUrl",
  "deviceUrl",
  "revokeUrl",
  "introspectUrl",
  "registrationUrl",
] as const;

const OAUTH1_KEYS = ["requestTokenUrl", "authorizeUrl", "accessTokenUrl"] as const;

const steps = (at: string, all: readonly TokenStep[] | undefined): Addresses =>
  (all ?? []).map(({ url }, index) => [`${at}/${index}/url`, url] as const);
