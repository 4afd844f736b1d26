import type { PlainCredential } from "@mortise/auth";
import type { Connection } from "@mortise/runtime";
import type { Host } from "../host/open-host.ts";
import type { StoredConnection } from "../store/connection-store.ts";
import type { PendingAuthorization, PendingResult } from "../store/pending-authorizations.ts";
import { noteFinding, noteTest, tryConnection } from "./note-test.ts";
import { unchangedConnection } from "./unchanged-connection.ts";

/**
 * Stores what a person's consent gave, tests it and settles the sign-in. Where the connection would change to another account, or what works
 * now would be replaced by what does not, nothing is stored: in the first case the person is asked, unless they have `agreed`.
 */
export async function acceptCredential(
  host: Host,
  pending: PendingAuthorization,
  credential: PlainCredential,
  agreed = false,
): Promise<void> {
  const { id, connection: name } = pending;
  const connection = await unchangedConnection(host, pending);
  if (connection === undefined) {
    await host.store.pending.settle(id, "failed", CHANGED);
    return;
  }
  const before = await host.store.accounts.find(name);
  if (!agreed && before?.label !== undefined) {
    const trial = await tryConnection(host, asked(connection, credential, id));
    if (trial.label !== undefined && trial.label !== before.label) {
      const message = `You signed in as ${trial.label}. So far this connection uses ${before.label}.`;
      const question = { message, label: trial.label, previousLabel: before.label };
      await host.store.pending.ask(id, question, JSON.stringify(credential));
      return;
    }
    if (!trial.works && (await worked(host, name))) {
      const message = `You are signed in, but the new sign-in does not pass the connection's test, so the one before stays in use: ${trial.message}`;
      await host.store.pending.settle(id, "failed", { reason: "failed", message });
      return;
    }
  }
  const stored = await host.clients.strip(connection, await storedCredential(host, name), credential);
  const { connector, settings, auth } = connection;
  await host.store.connections.put(name, { connector, settings, ...(auth === undefined ? {} : { auth }), credential: stored });
  await noteFinding(host, name, { kind: "replaced" });
  await host.store.accounts.put(name, { connectedAtMs: host.now(), ...endOf(credential) });
  const { works, message, label } = await noteTest(host, name);
  await host.store.pending.settle(id, "done", {
    works,
    message: works ? "The connection works." : `You are signed in, but the connection's test failed: ${message}`,
    ...(label === undefined ? {} : { label }),
  });
}

/** What a person is told whose connection was changed while they were away. */
export const CHANGED: PendingResult = Object.freeze({
  reason: "failed",
  message: "The connection was changed meanwhile. Connect again.",
});

/** Whether what is there was fine when it was last heard of. */
async function worked(host: Host, name: string): Promise<boolean> {
  const state = (await host.care.health.all()).get(name)?.state;
  return state === "ok" || state === "expiring";
}

/** Under a name of its own, so that nothing kept for the stored credential is used or replaced. */
function asked(connection: StoredConnection, credential: PlainCredential, id: string): Connection {
  const { connector, settings, auth } = connection;
  return {
    name: `sign-in/${id}`,
    connector,
    settings: settings as Connection["settings"] & object,
    ...(auth === undefined ? {} : { auth }),
    credential,
  };
}

/** What is stored now; one that cannot be opened is replaced, not mended. */
async function storedCredential(host: Host, name: string): Promise<PlainCredential | undefined> {
  const held = await host.store.connections.readCredential(name, { purpose: "connect", actor: "session" }).catch(() => undefined);
  return held?.fields;
}

/** When it ends for good: a token that can be renewed does not. */
function endOf({ refreshToken, expiresAt, refreshExpiresAt }: PlainCredential): { readonly endsAtMs?: number } {
  const end = Number(refreshToken ? refreshExpiresAt : expiresAt);
  return Number.isFinite(end) && end > 0 ? { endsAtMs: end } : {};
}
