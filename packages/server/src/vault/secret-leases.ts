import { randomBytes } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import type { AuditEvent } from "../store/audit-chain.ts";
import type { AuditSink } from "../store/audit-log.ts";
import type { SecretUse } from "./secret-use.ts";

/** Longest life of a lease. */
const LEASE_MS = 60_000;
/** How often ends and revocations are looked for while there are leases. */
const LOOK_MS = 2_000;
/** Runs that one lease remembers by name; with more it ends, and the next begins. */
const MOST_RUNS = 100;

/** What a secret was handed out under. */
export interface SecretLease {
  readonly id: string;
  readonly untilMs: number;
  /** Aborts when the credential is revoked; its reason is a MortiseError. */
  readonly revoked: AbortSignal;
}

interface Held extends SecretLease {
  readonly connection: string;
  readonly use: SecretUse;
  readonly stop: AbortController;
  readonly runs: Map<string, number>;
  readonly grantedMs: number;
  grantedSeq: number;
  uses: number;
}

/** What was revoked after a number of the audit. */
export interface Revocations {
  readonly revoked: readonly { readonly connection: string; readonly seq: number }[];
  /** The last number that was looked at. */
  readonly seq: number;
}

/** Options of {@link SecretLeases}. */
export interface SecretLeaseOptions {
  readonly audit: AuditSink;
  /** Connections whose credential was revoked or removed after that number of the audit. */
  readonly revokedSince: (seq: number) => Promise<Revocations>;
  /** Called for connections that another process revoked. */
  readonly onRevoked?: (connection: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
  /** Does something later and gives the way to call it off. Absent: a timer that does not keep the process alive. */
  readonly later?: (ms: number, work: () => void) => () => void;
}

/**
 * Leases of secrets: who uses which, for which runs, until when.
 *
 * Owns: the leases of this process.
 * Does not own: the audit, the secrets.
 * Invariants:
 *   S1. No secret is handed out before its lease is in the audit; where that cannot be written, none is.
 *   S2. A lease covers the uses of one connection by one actor for one purpose in this process, for 60 s at most; how many they were, and
 *       for which runs, is in the audit when it ends. An end that could not be written is written before the next lease.
 *   S3. Uses end at most 5 s after a revocation, in this process at once: their signal aborts.
 */
export class SecretLeases {
  readonly #options: SecretLeaseOptions;
  readonly #held = new Map<string, Held | Promise<Held>>();
  #ended: AuditEvent[] = [];
  #seenSeq = -1;
  #callOff: (() => void) | undefined;
  #looking = false;

  constructor(options: SecretLeaseOptions) {
    this.#options = options;
  }

  /** The lease that covers such a use now, counted; undefined where one must be taken. */
  live(connection: string, use: SecretUse): SecretLease | undefined {
    const held = this.#held.get(keyOf(connection, use));
    return held === undefined || held instanceof Promise || !this.#good(held) ? undefined : count(held, use);
  }

  /** A lease for such a use, counted. Throws `VAULT_UNAVAILABLE` where the audit does not take it. */
  async take(connection: string, use: SecretUse): Promise<SecretLease> {
    const key = keyOf(connection, use);
    const held = this.#held.get(key);
    if (held instanceof Promise) return count(await held, use);
    if (held !== undefined) {
      if (this.#good(held)) return count(held, use);
      this.#end(key, held, "expired");
    }
    const granted = this.#grant(key, connection, use);
    this.#held.set(key, granted);
    try {
      return count(await granted, use);
    } catch (error) {
      if (this.#held.get(key) === granted) this.#held.delete(key);
      throw error;
    }
  }

  /** Ends the uses of a connection's credential that were granted before that number of the audit; absent: all. */
  revoke(connection: string, beforeSeq = Number.POSITIVE_INFINITY): void {
    for (const [key, held] of this.#held) {
      if (held instanceof Promise) void held.then(() => this.revoke(connection, beforeSeq)).catch(() => {});
      else if (held.connection === connection && held.grantedSeq < beforeSeq) {
        held.stop.abort(revoked(connection));
        this.#end(key, held, "revoked");
      }
    }
    this.#wake();
  }

  /** How many there are. */
  get size(): number {
    return this.#held.size;
  }

  /** Ends all leases and writes what they were used for. */
  async close(): Promise<void> {
    for (const [key, held] of [...this.#held])
      this.#end(key, held instanceof Promise ? await held.catch(() => undefined) : held, "closed");
    this.#callOff?.();
    this.#callOff = undefined;
    await this.#flush();
  }

  async #grant(key: string, connection: string, use: SecretUse): Promise<Held> {
    const { audit, now } = this.#options;
    const stop = new AbortController();
    const grantedMs = now();
    const id = randomBytes(9).toString("base64url");
    const held: Held = {
      id,
      connection,
      use,
      stop,
      revoked: stop.signal,
      runs: new Map(),
      grantedMs,
      untilMs: grantedMs + LEASE_MS,
      grantedSeq: 0,
      uses: 0,
    };
    const { purpose, actor, runId } = use;
    const until = new Date(held.untilMs).toISOString();
    const before = this.#ended.splice(0);
    const event: AuditEvent = {
      action: "lease.granted",
      actor,
      connection,
      lease: id,
      purpose,
      until,
      ...(runId === undefined ? {} : { run: runId }),
    };
    try {
      held.grantedSeq = await audit.append([...before, event]);
      if (this.#seenSeq < 0) this.#seenSeq = held.grantedSeq;
    } catch (cause) {
      this.#ended.unshift(...before);
      throw new MortiseError(
        "VAULT_UNAVAILABLE",
        `No secret of connection "${connection}" is handed out: the audit cannot be written.`,
        {
          cause,
        },
      );
    }
    this.#held.set(key, held);
    this.#wake();
    return held;
  }

  /** Also when the clock was set back. */
  #good(held: Held): boolean {
    const nowMs = this.#options.now();
    return nowMs < held.untilMs && nowMs >= held.grantedMs && held.runs.size < MOST_RUNS && !held.revoked.aborted;
  }

  #end(key: string, held: Held | undefined, why: "expired" | "revoked" | "closed"): void {
    this.#held.delete(key);
    if (held === undefined) return;
    const runs = Object.fromEntries(held.runs);
    const { connection, uses, id } = held;
    this.#ended.push({ action: "lease.ended", actor: held.use.actor, connection, lease: id, uses, runs, why });
  }

  async #flush(): Promise<void> {
    const events = this.#ended.splice(0);
    if (events.length === 0) return;
    await this.#options.audit.append(events).catch(() => {
      this.#ended.unshift(...events);
    });
  }

  #wake(): void {
    if (this.#callOff || (this.#held.size === 0 && this.#ended.length === 0)) return;
    this.#callOff = (this.#options.later ?? later)(LOOK_MS, () => {
      this.#callOff = undefined;
      void this.#look().finally(() => this.#wake());
    });
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      if (this.#seenSeq >= 0) {
        const found = await this.#options.revokedSince(this.#seenSeq);
        this.#seenSeq = Math.max(this.#seenSeq, found.seq);
        for (const { connection, seq } of found.revoked) {
          this.#options.onRevoked?.(connection);
          this.revoke(connection, seq);
        }
      }
    } catch {
      // The database is away: leases end by their time, and none is granted.
    }
    for (const [key, held] of this.#held) if (!(held instanceof Promise) && !this.#good(held)) this.#end(key, held, "expired");
    await this.#flush();
    if (this.#held.size === 0) this.#seenSeq = -1;
    this.#looking = false;
  }
}

function keyOf(connection: string, { purpose, actor }: SecretUse): string {
  return JSON.stringify([connection, purpose, actor]);
}

function count(held: Held, { runId }: SecretUse): SecretLease {
  held.uses++;
  if (runId !== undefined) held.runs.set(runId, (held.runs.get(runId) ?? 0) + 1);
  return { id: held.id, untilMs: held.untilMs, revoked: held.revoked };
}

function revoked(connection: string): MortiseError {
  return new MortiseError("AUTH_FAILED", `The credential of connection "${connection}" was revoked.`);
}

function later(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
