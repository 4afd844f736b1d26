import type { PlainCredential } from "@mortise/auth";
import type { Host } from "../host/open-host.ts";
import { type ConnectionAccount, isOtherAccount } from "../store/connection-accounts.ts";
import type { PendingAuthorization, PendingResult } from "../store/pending-authorizations.ts";
import { noteFinding, noteTest, type TestReport, tryConnection } from "./note-test.ts";
import { trialConnection } from "./trial-connection.ts";
import { unchangedConnection } from "./unchanged-connection.ts";

/** What is known of a person's wish. */
export interface Acceptance {
  /** They have agreed to use it, whoever's it is. Absent: false. */
  readonly isAgreed?: boolean;
  /** They are asked whatever it is, as nothing says that it is theirs. Absent: false. */
  readonly isAsked?: boolean;
}

/**
 * Stores what a person's consent gave, tests it and settles the sign-in. Where the connection would change to another account, or what works
 * now would be replaced by what does not, nothing is stored: in the first case the person is asked, unless they have agreed.
 */
export async function acceptCredential(
  host: Host,
  pending: PendingAuthorization,
  credential: PlainCredential,
  { isAgreed = false, isAsked = false }: Acceptance = {},
): Promise<void> {
  const { id, connection: name } = pending;
  const connection = await unchangedConnection(host, pending);
  if (connection === undefined) {
    await host.store.pending.settle(id, "failed", CHANGED);
    return;
  }
  const before = await host.store.accounts.find(name);
  const isKnown = before?.label !== undefined || before?.subject !== undefined;
  if (!isAgreed && (isAsked || isKnown)) {
    const trial = await tryConnection(host, trialConnection(connection, credential, id));
    const question = questionOf(host, pending, { before, after: accountOf(credential, trial), isAsked });
    if (question !== undefined) {
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
  await host.store.accounts.put(name, { connectedAtMs: host.now(), ...endOf(credential), ...accountOf(credential) });
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

type Account = Pick<ConnectionAccount, "label" | "subject">;

/** Whose it is, as far as the other system says. */
function accountOf({ subject: idToken }: PlainCredential, { label, subject: test }: Partial<TestReport> = {}): Account {
  const subject = { ...(idToken === undefined ? {} : { idToken }), ...(test === undefined ? {} : { test }) };
  return { ...(label === undefined ? {} : { label }), ...(Object.keys(subject).length === 0 ? {} : { subject }) };
}

interface Known {
  readonly before: Account | undefined;
  readonly after: Account;
  readonly isAsked: boolean;
}

/** What a person is asked before it is used. Undefined: nothing. */
function questionOf(host: Host, { request }: PendingAuthorization, { before, after, isAsked }: Known): PendingResult | undefined {
  const isOther = before !== undefined && isOtherAccount(before, after);
  if (!isOther && !isAsked) return undefined;
  const labels = {
    ...(after.label === undefined ? {} : { label: after.label }),
    ...(isOther && before.label !== undefined ? { previousLabel: before.label } : {}),
  };
  const system = host.contract(request.connector)?.title ?? request.connector;
  const named = after.label === undefined ? "" : ` to the account ${after.label}`;
  if (!isOther) return { message: `${system} has brought access${named}. Use it only if that is yours.`, ...labels };
  const isNamesake = after.label !== undefined && after.label === before.label;
  const message = isNamesake
    ? `You signed in as ${after.label}, which is another account than the ${before.label} that this connection uses so far.`
    : `You signed in as ${after.label ?? "another account"}. So far this connection uses ${before.label ?? "another one"}.`;
  return { message, ...labels };
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
