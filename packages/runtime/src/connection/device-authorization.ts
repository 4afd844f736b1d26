import { type DeviceStart, type PlainCredential, pollDevice, startDevice } from "@mortise/auth";
import { CATALOGUE, isMortiseError, MortiseError } from "@mortise/contract";
import type { OperationRunner } from "../call.ts";
import type { ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";
import { runConnectSteps } from "./connect-steps.ts";
import { hidden, openToConnect } from "./open-to-connect.ts";

/** Whom a person is asked to grant access to, on another device. */
export interface DeviceRequest {
  /** Its credential holds `clientId`, and `clientSecret` where the client has one. */
  readonly connection: ConnectionRef;
  /** Beyond what the contract always asks for. Absent: none. */
  readonly scopes?: readonly string[];
  readonly tenant?: string;
}

/** The wait for a person who was told a code. */
export interface DeviceReply {
  readonly connection: ConnectionRef;
  /** What the start gave. */
  readonly device: DeviceStart;
  readonly tenant?: string;
  /** Ends the wait with its reason. Absent: only the end of the code and closing the runtime do. */
  readonly signal?: AbortSignal;
}

const GRANTS = ["device_code"] as const;

/** What a person is to be told (RFC 8628 §3.1). Throws `MISCONFIGURED`, `CONNECTION_NOT_FOUND`, `AUTH_FAILED`, `TARGET_SICK`, `THROTTLED`. */
export async function startDeviceAuthorization(
  services: Services,
  { connection, scopes = [] }: DeviceRequest,
  tenant: string,
): Promise<DeviceStart> {
  const { open, query } = await openToConnect(services, connection, tenant, {}, GRANTS);
  try {
    return await startDevice(query, { scopes });
  } catch (thrown) {
    throw hidden(thrown, open);
  }
}

/**
 * Waits until the person has decided, asking as often as the server wants (RFC 8628 §3.5), and runs what the contract has run then. Returns
 * the connection's credential with the tokens in it, for the caller to store. Throws `AUTH_FAILED` where the person said no or the code
 * ended, otherwise what the token endpoint came to.
 */
export async function finishDeviceAuthorization(
  services: Services,
  { connection: ref, device, signal = services.closing }: DeviceReply,
  tenant: string,
  runner: OperationRunner,
): Promise<PlainCredential> {
  const { connection, contract, open, query } = await openToConnect(services, ref, tenant, {}, GRANTS);
  const stop = AbortSignal.any([signal, services.closing]);
  open.redactor.learn([device.deviceCode]);
  const { clock } = services;
  let asked = device;
  let credential: PlainCredential | undefined;
  while (credential === undefined) {
    await clock.sleep(asked.intervalMs, stop);
    stop.throwIfAborted();
    if (clock.now() >= device.expiresAtMs) throw overdue();
    try {
      const poll = await pollDevice({ ...query, nowMs: clock.now() }, asked);
      if (poll.state === "granted") credential = poll.credential;
      else asked = { ...asked, intervalMs: poll.intervalMs };
    } catch (thrown) {
      if (!isPassing(thrown)) throw hidden(thrown, open);
      asked = { ...asked, intervalMs: Math.min(asked.intervalMs * 2, LONGEST_MS) };
    }
  }
  return runConnectSteps({ ...connection, credential }, contract, open.scheme, tenant, runner);
}

function overdue(): MortiseError {
  return new MortiseError("AUTH_FAILED", "Nobody granted access before the code ended.", {
    nativeCode: "expired_token",
    remedy: "Start again to get a new code.",
  });
}

const LONGEST_MS = 60_000;

/** Trouble on the way, after which one asks less often (RFC 8628 §3.5). */
function isPassing(error: unknown): boolean {
  return isMortiseError(error) && CATALOGUE[error.code].category === "transient";
}
