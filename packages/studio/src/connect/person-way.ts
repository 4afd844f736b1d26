import type { AuthScheme } from "@mortise/contract";

/** How a person takes part in a way to sign in; undefined: nobody does, its credential is entered. */
export function personWay(scheme: AuthScheme | undefined): "redirect" | "device" | undefined {
  for (const each of scheme?.kind === "all" ? scheme.of : scheme === undefined ? [] : [scheme]) {
    if (each.kind !== "oauth2") continue;
    if (each.grant === "authorization_code") return "redirect";
    if (each.grant === "device_code") return "device";
  }
  return undefined;
}
