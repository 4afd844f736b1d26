import type { PlainCredential } from "@mortise/auth";
import type { Connection } from "@mortise/runtime";
import type { StoredConnection } from "../store/connection-store.ts";

/** A connection with a credential that is not stored: under a name of its own, so that nothing kept for the stored one is used or replaced. */
export function trialConnection(connection: StoredConnection, credential: PlainCredential, id: string): Connection {
  const { connector, settings, auth } = connection;
  return {
    name: `sign-in/${id}`,
    connector,
    settings: settings as Connection["settings"] & object,
    ...(auth === undefined ? {} : { auth }),
    credential,
  };
}
