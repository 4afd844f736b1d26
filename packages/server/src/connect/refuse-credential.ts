import type { PlainCredential } from "@mortise/auth";
import { isMortiseError } from "@mortise/contract";
import type { Host } from "../host/open-host.ts";
import { isOtherAccount } from "../store/connection-accounts.ts";
import type { PendingAuthorization } from "../store/pending-authorizations.ts";
import { personScheme } from "./person-scheme.ts";
import { trialConnection } from "./trial-connection.ts";
import { unchangedConnection } from "./unchanged-connection.ts";

/**
 * Has what a person's consent gave taken back at the other system, as nobody wants it here. Left as it is where that would end somebody else's
 * use: an app that is installed, or an account that another connection uses too. Returns what came of it, in words; never throws.
 */
export async function refuseCredential(host: Host, pending: PendingAuthorization, credential: PlainCredential): Promise<string> {
  const system = host.contract(pending.request.connector)?.title ?? pending.request.connector;
  const there = `Remove the other access in your account at ${system}.`;
  try {
    const connection = await unchangedConnection(host, pending);
    const contract = connection && host.contract(connection.connector);
    if (!connection || !contract) return there;
    if (personScheme(contract, connection.auth)?.scheme.kind === "appInstall") return "The app stays installed there.";
    if (await isUsedElsewhere(host, pending, credential))
      return "The other account's access stays, as another connection uses it.";
    const trial = trialConnection(connection, credential, pending.id);
    const { revocation } = await host.runtime.disconnect(trial, undefined, { isUnused: true });
    return revocation.outcome === "revoked" ? `${system} has taken the other access back.` : there;
  } catch (error) {
    if (!isMortiseError(error)) throw error;
    return there;
  }
}

/** Many systems end all access of an account with one revocation. */
async function isUsedElsewhere(host: Host, { connection, request, result }: PendingAuthorization, credential: PlainCredential) {
  const { label } = result ?? {};
  const { subject } = credential;
  const known = {
    ...(label === undefined ? {} : { label }),
    ...(subject === undefined ? {} : { subject: { idToken: subject } }),
  };
  const connector = request.connector.split("@")[0];
  const others = (await host.store.connections.list()).filter(
    (each) => each.name !== connection && each.connector.split("@")[0] === connector,
  );
  const accounts = await host.store.accounts.list();
  return others.some(({ name }) => {
    const account = accounts.get(name);
    const isKnown = account?.label !== undefined || account?.subject !== undefined;
    return account !== undefined && isKnown && !isOtherAccount(account, known);
  });
}
