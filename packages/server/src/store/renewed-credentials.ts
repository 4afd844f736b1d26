import type { CredentialStore } from "@mortise/auth";
import type { ConnectionStore } from "./connection-store.ts";
import type { TokenLeases } from "./token-lease.ts";

/** Lets the runtime keep credentials whose tokens it renewed, see those that another process renewed, and renew while no other does. */
export function renewedCredentials(connections: ConnectionStore, leases: TokenLeases): CredentialStore {
  return Object.freeze({
    save: async (name, _tenant, credential, previous) => {
      await connections.renewCredential(name, credential, previous);
    },
    load: async (name) => (await connections.readCredential(name, { purpose: "refresh", actor: "runtime" }))?.fields,
    exclusively: (name, _tenant, work) => leases.exclusively(name, work),
  } satisfies CredentialStore);
}
