import type { AuthScheme, Contract, OAuth2Scheme, SingleAuthScheme } from "@mortise/contract";

/**
 * Puts the addresses of tokens that the document gives relative to its server below the contract's first host. A grant that can only
 * work with such an address, and has none, is a bearer token that people bring along.
 */
export function withTokenAddresses(auth: Contract["auth"], [host]: readonly string[]): Contract["auth"] {
  const base = host === undefined || host === "*" ? undefined : `https://${host}`;
  return Object.fromEntries(
    Object.entries(auth).map(([id, scheme]): [string, AuthScheme] => [
      id,
      scheme.kind === "all" ? { ...scheme, of: scheme.of.map((part) => placed(part, base)) } : placed(scheme, base),
    ]),
  );
}

function placed(scheme: SingleAuthScheme, base: string | undefined): SingleAuthScheme {
  if (scheme.kind !== "oauth2") return scheme;
  const { authorizeUrl, tokenUrl, refreshUrl, ...rest } = scheme;
  const urls = Object.entries({ authorizeUrl, tokenUrl, refreshUrl }).flatMap(([key, url]) => {
    const absolute = url?.startsWith("/") ? (base === undefined ? undefined : base + url) : url;
    return absolute === undefined ? [] : [[key, absolute]];
  });
  const whole: OAuth2Scheme & SingleAuthScheme = { ...rest, ...Object.fromEntries(urls) };
  const needsToken = whole.grant === "client_credentials" || whole.grant === "password";
  if (!needsToken || whole.tokenUrl !== undefined) return whole;
  const { title, test, help, requires, revoke, label } = whole;
  const said = Object.entries({ title, test, help, requires, revoke, label }).filter(([, value]) => value !== undefined);
  return { kind: "bearer", ...Object.fromEntries(said) };
}
