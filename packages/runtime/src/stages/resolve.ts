import { type Contract, MortiseError } from "@mortise/contract";
import type { AskedCall, ResolvedCall } from "../call.ts";
import { carryConnection } from "../connection/carry-connection.ts";
import { needsConnection } from "../connection/choose-scheme.ts";
import { withDeploymentClient } from "../connection/with-deployment-client.ts";
import type { CompiledBody, CompiledOperation } from "../operation/compile-operation.ts";
import { type FoundOperation, findOperation } from "../operation/find-operation.ts";
import type { Connection, ConnectionRef } from "../runtime.ts";

/**
 * Stage 1: finds connector version, operation and connection, and holds back what must not run. Gives no promise where nothing has to be
 * looked up.
 */
export function resolve(call: AskedCall): ResolvedCall | Promise<ResolvedCall> {
  const unread = call.services.lifecycle.ready();
  return unread === undefined ? resolveNow(call) : unread.then(() => resolveNow(call));
}

function resolveNow(call: AskedCall): ResolvedCall | Promise<ResolvedCall> {
  const { services, trace, request, use } = call;
  const found = findOperation(services.registry, use);
  const { contract } = found.target.connector;
  if (trace.isRecording) {
    trace.set({
      "mortise.connector": contract.name,
      "mortise.connector.version": contract.version,
      "mortise.operation": found.target.name,
    });
  }
  const { body } = found.target;
  const asks = rightsOf(body);
  if (asks !== undefined && !services.trustedPublishers.has(contract.publisher)) {
    throw new MortiseError(
      "CONNECTOR_NOT_TRUSTED",
      `${contract.name} of the publisher ${contract.publisher} ${asks}, and is not trusted here.`,
    );
  }
  const { connection } = request;
  if (connection === undefined) return withConnection(call, found, undefined);
  if (typeof connection === "string" || services.clients !== undefined) return lookUp(call, found, connection);
  return withConnection(call, found, carryConnection(contract, connection));
}

/** What an operation does to the deployment itself. Undefined: nothing. */
function rightsOf(body: CompiledBody): string | undefined {
  if (body.kind === "native") return "runs native code";
  if (body.kind !== "request") return undefined;
  if (body.file !== undefined) return "writes files";
  return body.request.fromFiles === true ? "reads files" : undefined;
}

async function lookUp(call: AskedCall, found: FoundOperation, ref: ConnectionRef): Promise<ResolvedCall> {
  const { contract } = found.target.connector;
  const given = typeof ref === "string" ? await findConnection(ref, call) : ref;
  return withConnection(
    call,
    found,
    await withDeploymentClient(call.services, contract, carryConnection(contract, given), call.tenant),
  );
}

function withConnection(call: AskedCall, { target, shim }: FoundOperation, given: Connection | undefined): ResolvedCall {
  const { services, trace, request, tenant } = call;
  services.lifecycle.check(target, given?.name ?? "", tenant, request);
  if (given !== undefined) checkConnection(target, given);
  else if (needsConnection(target.connector.contract, target.operation.auth)) {
    throw new MortiseError("MISSING_CONNECTION", `${call.use} needs a connection and none is given.`);
  }
  const connection = services.opened.open(target, given, tenant, request.isConnecting ?? false);
  if (request.secrets !== undefined) connection.redactor.learn(request.secrets);
  if (connection.name !== "" && trace.isRecording) trace.set({ "mortise.connection": connection.name });
  if (shim !== undefined) trace.set({ "mortise.shim.from": shim.from });
  // Written out, as are the next stages: an object that grows field by field costs several times as much.
  return {
    services,
    use: call.use,
    request: shim === undefined ? request : { ...request, input: shim.input(request.input) },
    tenant,
    startedAtMs: call.startedAtMs,
    trace,
    runner: call.runner,
    target,
    connection,
    revoked: given?.revoked,
    shim,
  };
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
