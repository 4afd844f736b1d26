import { type Contract, MortiseError } from "@mortise/contract";
import type { AskedCall, ResolvedCall } from "../call.ts";
import { carryConnection } from "../connection/carry-connection.ts";
import { needsConnection } from "../connection/choose-scheme.ts";
import { withDeploymentClient } from "../connection/with-deployment-client.ts";
import type { CompiledOperation } from "../operation/compile-operation.ts";
import { findOperation } from "../operation/find-operation.ts";
import type { Connection } from "../runtime.ts";

/** Stage 1: finds connector version, operation and connection, and holds back what must not run. */
export async function resolve(call: AskedCall): Promise<ResolvedCall> {
  const { target, shim } = findOperation(call.services.registry, call.use);
  const { contract } = target.connector;
  call.trace.set({
    "mortise.connector": contract.name,
    "mortise.connector.version": contract.version,
    "mortise.operation": target.name,
  });
  if (target.body.kind === "native" && !call.services.trustedPublishers.has(contract.publisher)) {
    throw new MortiseError(
      "CONNECTOR_NOT_TRUSTED",
      `${contract.name} runs native code of the publisher ${contract.publisher}, who is not trusted here.`,
    );
  }
  const { connection: ref, isConnecting = false, secrets } = call.request;
  const named = typeof ref === "string" ? await findConnection(ref, call) : ref;
  let wanted = named === undefined ? undefined : carryConnection(contract, named);
  if (wanted !== undefined && call.services.clients !== undefined)
    wanted = await withDeploymentClient(call.services, contract, wanted, call.tenant);
  if (wanted === undefined && needsConnection(contract, target.operation.auth)) {
    throw new MortiseError("MISSING_CONNECTION", `${call.use} needs a connection and none is given.`);
  }
  if (wanted !== undefined) checkConnection(target, wanted);
  const connection = call.services.opened.open(target, wanted, call.tenant, isConnecting);
  if (secrets !== undefined) connection.redactor.learn(secrets);
  if (connection.name !== "") call.trace.set({ "mortise.connection": connection.name });
  const revoked = named?.revoked === undefined ? {} : { revoked: named.revoked };
  if (shim === undefined) return { ...call, ...revoked, target, connection };
  call.trace.set({ "mortise.shim.from": shim.from });
  return { ...call, ...revoked, request: { ...call.request, input: shim.input(call.request.input) }, target, connection, shim };
}

async function findConnection(ref: string, { services, request, tenant }: AskedCall): Promise<Connection> {
  const found = await services.connections?.(ref, tenant, request.runId);
  if (found === undefined) throw new MortiseError("CONNECTION_NOT_FOUND", `No connection of the name "${ref}" exists.`);
  return found;
}

/** Whether `connector[@version]` means this contract. */
function isFor(contract: Contract, connector: string): boolean {
  if (connector === contract.name) return true;
  const [name, version] = connector.split("@");
  const fits = version === undefined || contract.version === version || contract.version.startsWith(`${version}.`);
  return name === contract.name && fits;
}

function checkConnection({ connector: { contract } }: CompiledOperation, connection: Connection): void {
  if (!isFor(contract, connection.connector)) {
    throw new MortiseError(
      "MISCONFIGURED",
      `The connection "${connection.name}" is for ${connection.connector}, not for ${contract.name}@${contract.version}.`,
      { remedy: `Choose a connection of ${contract.name}.` },
    );
  }
  if (connection.paused !== undefined) {
    throw new MortiseError("CONNECTION_PAUSED", `The connection "${connection.name}" is paused: ${connection.paused}`);
  }
}
