/**
 * Gives out the right to spend a connection's stored credential, to one process at a time.
 *
 * Owns: the locks, the connections that hold them, the rows of `token_renewals`.
 * Does not own: the credential (ConnectionStore), what is done with it.
 * Talks to: ConnectionStore.readCredential and swapCredential; PostgreSQL.
 * Invariants:
 *   L1. Two who hold a lease of one connection never do so at once, in this process and among all on this database. The lock belongs to a
 *       transaction, so it ends with its process and works behind poolers; it has no time of its own that a slow answer could outlast.
 *   L2. The credential is read after the lock was had, and stored by its version alone: who lost the lock stores nothing over a newer one.
 *   L3. What `begin` noted is on another connection than the lock, so it outlives the process. It holds for one version of the credential.
 *   L4. A process that may still be at it, though its lock was lost, is given its time before anybody else spends what it is spending.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { CredentialLease, PlainCredential } from "@mortise/auth";
import { isMortiseError, MortiseError } from "@mortise/contract";
import type { ProcessIdentity } from "@mortise/engine";
import pg from "pg";
import type { ConnectionStore, HeldCredential } from "./connection-store.ts";

/** Who this process is, and who is no more. */
export interface ProcessRegister {
  readonly own: ProcessIdentity;
  /** False where nobody can tell, as of a process of another host. */
  isGone(other: ProcessIdentity): boolean;
}

/** Options of {@link TokenLeases}. */
export interface TokenLeaseOptions {
  /** The deployment's pool. Locks are held on connections beside it. */
  readonly pool: pg.Pool;
  readonly connections: ConnectionStore;
  readonly tenant: string;
  readonly processes: ProcessRegister;
  /** How long to wait for whoever has the lease, ms. Absent: 20,000. */
  readonly waitMs?: number;
  /** How long a token request and storing what came may take; a lock that is held longer is taken away. ms; absent: 60,000. */
  readonly budgetMs?: number;
}

/** Leases of different connections that one process has at once; others wait. */
const MOST_LEASES = 8;
const LOOK_AGAIN_MS = 100;
const COMMIT_RETRIES_MS = [100, 500, 2_000];

/** The row of whoever began last. */
interface Begun {
  readonly version: string;
  /** Null: whoever began has ended, without knowing what came of it. */
  readonly owner: ProcessIdentity | null;
  readonly sinceMs: number;
  readonly ageMs: number;
}

/** A lease, and what is done when its work is over. */
interface OpenLease {
  readonly lease: CredentialLease;
  readonly end: () => Promise<void>;
}

export class TokenLeases {
  readonly #locks: pg.Pool;
  readonly #pool: pg.Pool;
  readonly #connections: ConnectionStore;
  readonly #tenant: string;
  readonly #waitMs: number;
  readonly #budgetMs: number;
  readonly #processes: ProcessRegister;
  /** The end of the line in this process, by connection. */
  readonly #lines = new Map<string, Promise<unknown>>();

  constructor({ pool, connections, tenant, processes, waitMs = 20_000, budgetMs = 60_000 }: TokenLeaseOptions) {
    const { password, Client: _, ...options } = pool.options as pg.PoolConfig;
    this.#locks = new pg.Pool({ ...options, ...(password === undefined ? {} : { password }), max: MOST_LEASES });
    this.#locks.on("error", () => {});
    this.#pool = pool;
    this.#connections = connections;
    this.#tenant = tenant;
    this.#processes = processes;
    this.#waitMs = waitMs;
    this.#budgetMs = budgetMs;
  }

  /** Does `work` with the lease of a connection. Throws `TARGET_SICK` where it cannot be had. */
  async exclusively<T>(connection: string, work: (lease: CredentialLease) => Promise<T>): Promise<T> {
    const before = this.#lines.get(connection) ?? Promise.resolve();
    const mine = before.then(() => this.#locked(connection, work));
    const settled = mine.catch(() => undefined);
    this.#lines.set(connection, settled);
    try {
      return await mine;
    } finally {
      if (this.#lines.get(connection) === settled) this.#lines.delete(connection);
    }
  }

  /** Ends the connections that held locks. */
  async close(): Promise<void> {
    await this.#locks.end();
  }

  async #locked<T>(connection: string, work: (lease: CredentialLease) => Promise<T>): Promise<T> {
    const untilMs = performance.now() + this.#waitMs;
    for (;;) {
      const client = await this.#lock(connection);
      let fault: Error | undefined;
      const note = (error: Error) => {
        fault ??= error;
      };
      client.on("error", note);
      try {
        const [held, begun] = await this.#look(connection, client);
        if (!this.#mayStillBeAtIt(held, begun)) return await this.#worked(this.#lease(connection, held, begun), work);
      } finally {
        await client.query("rollback").catch(note);
        client.off("error", note);
        client.release(fault);
      }
      if (performance.now() > untilMs) throw sick("Another process has begun to renew the token.");
      await delay(LOOK_AGAIN_MS);
    }
  }

  /** Whoever comes next does not wait for one who has ended, whatever came of it. */
  async #worked<T>({ lease, end }: OpenLease, work: (lease: CredentialLease) => Promise<T>): Promise<T> {
    try {
      return await work(lease);
    } finally {
      await end();
    }
  }

  /** One round trip: the lock is tied to the transaction that it begins. */
  async #lock(connection: string): Promise<pg.PoolClient> {
    let client: pg.PoolClient | undefined;
    const key = pg.escapeLiteral(JSON.stringify(["mortise.token", this.#tenant, connection]));
    try {
      client = await this.#locks.connect();
      await client.query(
        `begin; set local lock_timeout = ${Math.ceil(this.#waitMs)}; set local idle_in_transaction_session_timeout = ${Math.ceil(this.#budgetMs)};
         select pg_advisory_xact_lock(hashtextextended(${key}, 0))`,
      );
      return client;
    } catch (cause) {
      client?.release(true);
      throw sick("The right to renew the token could not be had in time.", cause);
    }
  }

  async #look(connection: string, client: pg.PoolClient): Promise<[HeldCredential | undefined, Begun | undefined]> {
    try {
      const [held, { rows }] = await Promise.all([
        this.#connections.readCredential(connection, { purpose: "refresh", actor: "runtime" }),
        client.query<Begun>(
          `select version, owner, extract(epoch from since_at)::float8 * 1000 as "sinceMs",
                  extract(epoch from clock_timestamp() - sent_at)::float8 * 1000 as "ageMs"
           from mortise.token_renewals where tenant = $1 and connection = $2`,
          [this.#tenant, connection],
        ),
      ]);
      return [held, rows[0]];
    } catch (cause) {
      if (isMortiseError(cause)) throw cause;
      throw sick("The stored credential could not be read.", cause);
    }
  }

  /** L4. One of this process waits in line, so whoever began here has ended. */
  #mayStillBeAtIt(held: HeldCredential | undefined, begun: Begun | undefined): boolean {
    if (held === undefined || begun === undefined || Number(begun.version) !== held.version) return false;
    const { owner, ageMs } = begun;
    if (owner === null) return false;
    const { own } = this.#processes;
    const isOurs = owner.host === own.host && owner.pid === own.pid && owner.started === own.started;
    return !isOurs && ageMs < this.#budgetMs && !this.#processes.isGone(owner);
  }

  #lease(connection: string, held: HeldCredential | undefined, begun: Begun | undefined): OpenLease {
    const { fields, version = 0 } = held ?? {};
    const place = [this.#tenant, connection, version];
    const interrupted = begun !== undefined && Number(begun.version) === version ? { sinceMs: begun.sinceMs } : undefined;
    const forget = () =>
      this.#pool.query("delete from mortise.token_renewals where tenant = $1 and connection = $2 and version = $3", place);
    let hasBegun = false;
    let isSettled = false;
    const lease: CredentialLease = Object.freeze({
      credential: fields,
      version,
      interrupted,
      begin: async () => {
        if (fields === undefined || hasBegun) return;
        await this.#pool.query(
          `insert into mortise.token_renewals (tenant, connection, version, owner) values ($1, $2, $3, $4)
           on conflict (tenant, connection) do update set owner = excluded.owner, sent_at = excluded.sent_at, version = excluded.version,
             since_at = case when token_renewals.version = excluded.version then token_renewals.since_at else excluded.since_at end`,
          [...place, JSON.stringify(this.#processes.own)],
        );
        hasBegun = true;
      },
      commit: async (fresh: PlainCredential) => {
        if (fields === undefined || !(await this.#swap(connection, fresh, version))) return false;
        isSettled = true;
        // Of an older version now, so what is left of it means nothing any more.
        await forget().catch(() => undefined);
        return true;
      },
      abandon: async () => {
        if (!hasBegun || interrupted !== undefined) return;
        await forget();
        isSettled = true;
      },
    });
    const end = async () => {
      if (!hasBegun || isSettled) return;
      const text = "update mortise.token_renewals set owner = null where tenant = $1 and connection = $2 and version = $3";
      await this.#pool.query(text, place).catch(() => undefined);
    };
    return { lease, end };
  }

  /** Tries again while the database is away; one that did store it and could not say so counts. */
  async #swap(connection: string, fresh: PlainCredential, version: number): Promise<boolean> {
    for (let tries = 0; ; tries++) {
      try {
        if (await this.#connections.swapCredential(connection, fresh, version)) return true;
        if (tries === 0) return false;
        const there = await this.#connections.readCredential(connection, { purpose: "refresh", actor: "runtime" });
        return there?.fields.refreshToken === fresh.refreshToken && there?.fields.accessToken === fresh.accessToken;
      } catch (error) {
        const waitMs = COMMIT_RETRIES_MS[tries];
        if (waitMs === undefined || isMortiseError(error)) throw error;
        await delay(waitMs);
      }
    }
  }
}

function sick(message: string, cause?: unknown): MortiseError {
  return new MortiseError("TARGET_SICK", message, cause === undefined ? {} : { cause });
}
