import type { Socket } from "node:net";
import { isIP } from "node:net";
import { type Contract, MortiseError } from "@mortise/contract";
import type { NativeContext, NetworkTarget } from "@mortise/sdk";
import type { ReadyCall } from "../call.ts";
import { DialError, dialSocket } from "../egress/dialer.ts";
import type { Services } from "../services.ts";
import type { ResourceLease } from "./resource-pool.ts";

/** What a native context needs beside the call. */
export interface NativeSurroundings {
  readonly signal: AbortSignal;
  readonly lease: ResourceLease;
  readonly commit: () => Promise<void>;
}

/** Builds what an operation's own code sees. The credential is revealed here and nowhere else. */
export function createNativeContext(call: ReadyCall, { signal, lease, commit }: NativeSurroundings): NativeContext {
  const { connection, services, key, trace } = call;
  return Object.freeze({
    settings: connection.settings,
    credential: Object.freeze(
      Object.fromEntries([
        ...Object.entries(connection.credential).map(([name, secret]) => [name, secret.reveal()]),
        ...Object.entries(connection.tokens?.fields() ?? {}),
      ]),
    ),
    signal,
    idempotencyKey: key.value,
    connect: (target: NetworkTarget) =>
      openSocket(services, { contract: call.target.connector.contract, granted: connection.granted }, target, signal),
    files: services.files,
    commitPoint: commit,
    resource: lease.get,
    log: (level: "info" | "warn", message: string, fields: { readonly [key: string]: unknown } = {}) =>
      trace.note(level, connection.redactor.text(message), {
        "log.fields": connection.redactor.text(JSON.stringify(fields)),
      }),
  });
}

/** Opens a socket after the egress check. A pool may use it for longer than a call, so only connecting is bound to the signal. */
export async function openSocket(
  { guard, dialer }: Pick<Services, "guard" | "dialer">,
  { contract, granted }: { readonly contract: Contract; readonly granted: (host: string) => boolean },
  target: NetworkTarget,
  signal: AbortSignal,
): Promise<Socket> {
  try {
    if ("unixSocket" in target) {
      if (contract.hosts.length === 0)
        throw new MortiseError("EGRESS_DENIED", `The contract of ${contract.name} lists no host, so it makes no calls.`);
      guard.checkSocket(target.unixSocket);
      return await dialSocket(target.unixSocket, signal);
    }
    const checked = guard.checkTcp(target.host, target.port, granted);
    const servername = target.servername ?? (isIP(checked.host) === 0 ? checked.host : undefined);
    return await dialer.dial(checked, { tls: target.tls ?? false, signal, ...(servername === undefined ? {} : { servername }) });
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    throw new MortiseError("TARGET_SICK", error.message, { nativeCode: error.code, cause: error });
  }
}
