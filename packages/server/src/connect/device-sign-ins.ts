/**
 * Signs connections in with a code that a person enters at the other system (RFC 8628).
 *
 * Owns: the waits of this process.
 * Does not own: the rows (PendingAuthorizations), how often the other system is asked (Runtime).
 * Talks to: Runtime.startDeviceAuthorization and Runtime.finishDeviceAuthorization.
 * Invariants:
 *   D1. The device code never leaves the server.
 *   D2. One row has one wait in this process at most; a wait that ended with its process goes on when somebody asks how it stands.
 *   D3. What is granted is taken once, also where two processes wait.
 */
import type { DeviceStart } from "@mortise/auth";
import { isMortiseError } from "@mortise/contract";
import type { Host } from "../host/open-host.ts";
import type { PendingAuthorization } from "../store/pending-authorizations.ts";
import { acceptCredential, CHANGED } from "./accept-credential.ts";
import { signInFault } from "./sign-in-fault.ts";
import { signInTarget } from "./sign-ins.ts";
import { settingsHash, unchangedConnection } from "./unchanged-connection.ts";

export class DeviceSignIns {
  readonly #host: Host;
  readonly #log: (line: string) => void;
  readonly #closing = new AbortController();
  readonly #waits = new Map<string, Promise<void>>();

  constructor(host: Host, log: (line: string) => void) {
    this.#host = host;
    this.#log = log;
  }

  /** Asks for a code. Throws `CONNECTION_NOT_FOUND`, `MISCONFIGURED`, `AUTH_FAILED`, `TARGET_SICK`, `THROTTLED`. */
  async begin(name: string, sessionHash: string, scopes: readonly string[]): Promise<PendingAuthorization> {
    const { connection, person } = await signInTarget(this.#host, name, "device");
    const device = await this.#host.runtime.startDeviceAuthorization({ connection: name, scopes });
    const { userCode, verificationUri, verificationUriComplete, intervalMs, expiresAtMs } = device;
    const pending = await this.#host.store.pending.begin({
      kind: "device",
      connection: name,
      sessionHash,
      expiresAtMs,
      secret: JSON.stringify(device),
      request: {
        connector: connection.connector,
        scheme: person.id,
        settingsHash: settingsHash(connection.settings),
        scopes: device.scopes,
        userCode,
        verificationUri,
        ...(verificationUriComplete === undefined ? {} : { verificationUriComplete }),
        intervalMs,
      },
    });
    this.#wait(pending, device);
    return pending;
  }

  /** How it stands. Goes on with a wait that nobody keeps any more. */
  async look(id: string): Promise<PendingAuthorization | undefined> {
    const pending = await this.#host.store.pending.find(id);
    if (pending?.kind !== "device") return undefined;
    if (pending.status !== "sent" || this.#waits.has(id) || pending.expiresAtMs <= this.#host.now()) return pending;
    const secret = await this.#host.store.pending.secret(id);
    if (secret !== undefined) this.#wait(pending, JSON.parse(secret) as DeviceStart);
    return pending;
  }

  /** Ends the waits of this process; their rows stay for the next one. */
  async close(): Promise<void> {
    this.#closing.abort(new Error("The server stops."));
    await Promise.all(this.#waits.values());
  }

  #wait(pending: PendingAuthorization, device: DeviceStart): void {
    if (this.#closing.signal.aborted || this.#waits.has(pending.id)) return;
    const wait = this.#finish(pending, device).finally(() => this.#waits.delete(pending.id));
    this.#waits.set(pending.id, wait);
  }

  async #finish(pending: PendingAuthorization, device: DeviceStart): Promise<void> {
    const { id, connection } = pending;
    const { pending: rows } = this.#host.store;
    const fault = (error: unknown) => signInFault(error, this.#host.contract(pending.request.connector)?.title);
    try {
      const { signal } = this.#closing;
      if ((await unchangedConnection(this.#host, pending)) === undefined) return await rows.settle(id, "failed", CHANGED, "sent");
      const credential = await this.#host.runtime.finishDeviceAuthorization({ connection, device, signal });
      if ((await rows.take(id, "sent")) === undefined) return;
      await acceptCredential(this.#host, pending, credential).catch((error) => rows.settle(id, "failed", fault(error)));
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      if (!isMortiseError(error))
        this.#log(`A sign-in with a code ended: ${error instanceof Error ? error.message : String(error)}`);
      // Only while nobody else has taken it.
      await rows.settle(id, "failed", fault(error), "sent").catch(() => undefined);
    }
  }
}
