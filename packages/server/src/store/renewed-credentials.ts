import type { CredentialStore } from "@mortise/auth";
import type { ConnectionStore } from "./connection-store.ts";

/** Lets the runtime keep credentials whose tokens it renewed, and see those that another worker renewed. */
export function renewedCredentials(connections: ConnectionStore): CredentialStore {
  return Object.freeze({
    save: async (name, _tenant, credential, previous) => {
      await connections.renewCredential(name, credential, previous);
    },
    load: async (name) => await connections.credential(name),
  } satisfies CredentialStore);
}
