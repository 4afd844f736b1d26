import type { AuthScheme, SingleAuthScheme } from "@mortise/contract";

/** How a person takes part in a way to sign in. */
export type PersonWay = "redirect" | "device";

/** How a person takes part in a way to sign in; undefined: nobody does, its credential is entered. */
export function personWay(scheme: AuthScheme | undefined): PersonWay | undefined {
  return partsOf(scheme)
    .map(wayOf)
    .find((way) => way !== undefined);
}

/** Whether a person installs an app at the other system instead of signing in there. */
export function isInstalled(scheme: AuthScheme | undefined): boolean {
  return partsOf(scheme).find((each) => wayOf(each) !== undefined)?.kind === "appInstall";
}

function wayOf(scheme: SingleAuthScheme): PersonWay | undefined {
  switch (scheme.kind) {
    case "oauth2":
      if (scheme.grant === "authorization_code") return "redirect";
      return scheme.grant === "device_code" ? "device" : undefined;
    case "oauth1": {
      const isWhole = scheme.requestTokenUrl && scheme.authorizeUrl && scheme.accessTokenUrl;
      return isWhole ? "redirect" : undefined;
    }
    case "appInstall":
      return scheme.installUrl === undefined ? undefined : "redirect";
    default:
      return undefined;
  }
}

const partsOf = (scheme: AuthScheme | undefined): readonly SingleAuthScheme[] =>
  scheme === undefined ? [] : scheme.kind === "all" ? scheme.of : [scheme];
