import { createHash } from "node:crypto";
import { migrationChain, type Shim } from "@mortise/compat";
import { MortiseError } from "@mortise/contract";
import { parseRef, parseUse } from "@mortise/registry";
import type { AskedCall, ResolvedCall } from "../call.ts";
import { carryConnection } from "../connection/carry-connection.ts";
import { needsConnection } from "../connection/choose-scheme.ts";
import { type OpenConnection, openConnection } from "../connection/open-connection.ts";
import { withDeploymentClient } from "../connection/with-deployment-client.ts";
import { type CompiledOperation, compileOperation } from "../operation/compile-operation.ts";
import type { Connection, ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";

const compiled = new WeakMap<object, CompiledOperation>();

/** Stage 1: finds connector version, operation and connection, and holds back what must not run. */
export async function resolve(call: AskedCall): Promise<ResolvedCall> {
  const { target, shim } = findOperation(call.services, call.use);
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
  const named = await findConnection(call);
  const wanted = named && (await withDeploymentClient(call.services, contract, carryConnection(contract, named), call.tenant));
  if (wanted === undefined && needsConnection(contract, target.operation.auth)) {
    throw new MortiseError("MISSING_CONNECTION", `${call.use} needs a connection and none is given.`);
  }
  if (wanted !== undefined) checkConnection(target, wanted);
  const connection = open(target, wanted, call);
  if (call.request.secrets !== undefined) connection.redactor.learn(call.request.secrets);
  if (connection.name !== "") call.trace.set({ "mortise.connection": connection.name });
  const revoked = named?.revoked === undefined ? {} : { revoked: named.revoked };
  if (shim === undefined) return { ...call, ...revoked, target, connection };
  call.trace.set({ "mortise.shim.from": shim.from });
  return { ...call, ...revoked, request: { ...call.request, input: shim.input(call.request.input) }, target, connection, shim };
}

/** An operation, and how it stands for an older one. */
interface Found {
  readonly target: CompiledOperation;
  readonly shim?: Shim;
}

/** The operation of a use, compiled. Throws `CONNECTOR_NOT_FOUND`, `UNKNOWN_OPERATION`, `OPERATION_REMOVED`. */
function findOperation(services: Pick<Services, "registry">, use: string): Found {
  const { registry } = services;
  const found = registry.operation(use);
  if (found?.shim !== undefined) {
    const { connector, name, shim } = found;
    return { ...findOperation(services, `${connector.contract.name}@${connector.contract.version}/${name}`), shim };
  }
  if (found === undefined) {
    const instead = registry.removed(use);
    if (instead !== undefined)
      throw new MortiseError("OPERATION_REMOVED", `${use} is gone in the version that is installed.`, { remedy: instead });
    const near = registry.nearestOperation(use);
    const remedy = near === undefined ? {} : { remedy: `Did you mean ${near}?` };
    const { ref, name } = parseUse(use);
    if (registry.get(ref) === undefined) throw notInstalled(services, use, remedy);
    throw new MortiseError("UNKNOWN_OPERATION", `The connector ${ref} has no operation ${name}.`, remedy);
  }
  const known = compiled.get(found.operation);
  if (known !== undefined && known.connector === found.connector) return { target: known };
  const fresh = compileOperation(found.connector, found.name, found.operation);
  compiled.set(found.operation, fresh);
  return { target: fresh };
}

function notInstalled({ registry }: Pick<Services, "registry">, use: string, remedy: { readonly remedy?: string }): MortiseError {
  const { ref, name } = parseUse(use);
  const { name: connector, version } = parseRef(ref);
  const installed = registry.get(connector)?.contract;
  if (installed === undefined || version === undefined)
    return new MortiseError("CONNECTOR_NOT_FOUND", `No connector ${ref} is installed.`, remedy);
  const there = `${connector}@${installed.version}`;
  if (migrationChain(installed, Number.parseInt(version, 10)) !== undefined)
    return new MortiseError("UNKNOWN_OPERATION", `${there} stands for ${ref}, and knows no operation ${name} of it.`, remedy);
  return new MortiseError("CONNECTOR_NOT_FOUND", `No connector ${ref} is installed.`, {
    remedy: `Install ${ref}: ${there} is there, and no migration leads from ${ref} to it.`,
  });
}

async function findConnection({ services, request, tenant }: AskedCall): Promise<Connection | undefined> {
  const ref: ConnectionRef | undefined = request.connection;
  if (typeof ref !== "string") return ref;
  const found = await services.connections?.(ref, tenant, request.runId);
  if (found === undefined) throw new MortiseError("CONNECTION_NOT_FOUND", `No connection of the name "${ref}" exists.`);
  return found;
}

function checkConnection({ connector: { contract } }: CompiledOperation, connection: Connection): void {
  const [name, version] = connection.connector.split("@");
  const fits = version === undefined || contract.version === version || contract.version.startsWith(`${version}.`);
  if (name !== contract.name || !fits) {
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

/** Opens a connection once, also where every lookup hands in another object of the same content. */
function open(
  { connector, operation: { auth } }: CompiledOperation,
  connection: Connection | undefined,
  { services, tenant, request: { isConnecting = false } }: AskedCall,
): OpenConnection {
  const { name, version } = connector.contract;
  const given = [connection?.name, connection?.settings, connection?.auth, connection?.credential];
  const parts = [tenant, name, version, ...given, auth, isConnecting];
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
  const known = services.opened.get(digest);
  if (known !== undefined) return known;
  const fresh = openConnection(connector.contract, connection, tenant, { accepted: auth, isConnecting });
  services.opened.set(digest, fresh);
  return fresh;
}
