import type { PlainCredential } from "@mortise/auth";
import { type Contract, MortiseError } from "@mortise/contract";
import type { Connection, ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";
import { carryConnection, contractFor } from "./carry-connection.ts";
import { withDeploymentClient } from "./with-deployment-client.ts";

/** A connection by name or as it is, as the installed contract wants it, with the deployment's client where it has none. Throws `CONNECTION_NOT_FOUND`, `CONNECTOR_NOT_FOUND`. */
export async function findConnection(
  services: Services,
  ref: ConnectionRef,
  tenant: string,
  client: PlainCredential = {},
): Promise<{ readonly connection: Connection; readonly contract: Contract }> {
  const found: Connection | undefined = typeof ref === "string" ? await services.connections?.(ref, tenant) : ref;
  if (found === undefined) throw new MortiseError("CONNECTION_NOT_FOUND", `No connection of the name "${String(ref)}" exists.`);
  const contract = contractFor(services, found);
  if (contract === undefined) throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector ${found.connector} is installed.`);
  const carried = carryConnection(contract, found);
  const own = { ...carried, credential: { ...carried.credential, ...client } };
  return { contract, connection: await withDeploymentClient(services, contract, own, tenant) };
}
