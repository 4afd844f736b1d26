import type { PlainCredential } from "@mortise/auth";
import type { OperationRunner } from "../call.ts";
import type { ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";
import { runConnectSteps } from "./connect-steps.ts";
import { findConnection } from "./find-connection.ts";
import { openConnection } from "./open-connection.ts";

/**
 * Runs what a contract has run once a connection has been made, whatever it signs in with. Returns its credential with what that told, for the
 * caller to store. Throws what a step came to.
 */
export async function completeConnection(
  services: Services,
  ref: ConnectionRef,
  tenant: string,
  runner: OperationRunner,
): Promise<PlainCredential> {
  const { connection, contract } = await findConnection(services, ref, tenant);
  const { scheme } = openConnection(contract, connection, tenant, { isConnecting: true });
  return runConnectSteps(connection, contract, scheme, tenant, runner);
}
