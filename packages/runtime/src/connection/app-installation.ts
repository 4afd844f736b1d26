import {
  type AuthorizationStart,
  askForInstallation,
  finishInstallation,
  type InstallQuery,
  installsByBrowser,
  type PlainCredential,
} from "@mortise/auth";
import type { AppInstallScheme } from "@mortise/contract";
import type { Services } from "../services.ts";
import { admitKept, hidden, type OpenToConnect } from "./open-to-connect.ts";
import { tokenTransport } from "./token-transport.ts";

/** Begins to install an app at the vendor. Undefined: the connection is made in another way. Throws `MISCONFIGURED`. */
export function startInstallation(
  { randomBytes }: Services,
  { open }: OpenToConnect,
): (AuthorizationStart & { readonly scopes: readonly string[] }) | undefined {
  const scheme = installScheme(open.scheme);
  if (scheme === undefined) return undefined;
  try {
    return Object.freeze({ ...askForInstallation(scheme, open.settings, randomBytes), scopes: [] });
  } catch (thrown) {
    throw hidden(thrown, open);
  }
}

/** What takes the installation that a browser brought back. Undefined: the connection is made in another way. */
export function takeInstallation(
  services: Services,
  opened: OpenToConnect,
  { callbackUrl, state }: { readonly callbackUrl: URL; readonly state: string },
): (() => Promise<PlainCredential>) | undefined {
  const { open } = opened;
  const scheme = installScheme(open.scheme);
  if (scheme === undefined) return undefined;
  const query: InstallQuery = {
    scheme,
    credential: open.credential,
    settings: open.settings,
    transport: tokenTransport(services, open),
    nowMs: services.clock.now(),
    admit: (kept) => admitKept(opened, kept),
    learn: (secrets) => open.redactor.learn(secrets),
  };
  return () => finishInstallation(query, callbackUrl, state);
}

function installScheme(scheme: OpenToConnect["open"]["scheme"]): AppInstallScheme | undefined {
  const all = scheme.kind === "all" ? scheme.of : [scheme];
  for (const each of all) if (each.kind === "appInstall" && installsByBrowser(each)) return each;
  return undefined;
}
