import type { PlainCredential, Vault } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import { type Kysely, sql } from "kysely";
import { appendAudit } from "./append-audit.ts";
import type { AuditAction } from "./audit-chain.ts";
import {
  type CredentialRow,
  type CredentialSnapshot,
  checkLiving,
  FIELD,
  livingOf,
  snapshotOf,
  writeRow,
} from "./living-versions.ts";
import type { CredentialState, Tables } from "./tables.ts";

const MOST_ATTEMPTS = 8;

/** Somebody took the version that a secret was sealed for; rolls the transaction back. */
class Overtaken extends Error {
  override readonly name = "Overtaken";
}

/** A change of a connection's credential. */
export interface CredentialChange {
  readonly action: AuditAction;
  readonly actor: string;
  /** Sealed as the next version and put into `state`. Absent: nothing new. */
  readonly fields?: PlainCredential;
  readonly state?: CredentialState;
  /** Rows that are to live afterwards, the new one not among them. Undefined: the change does not apply to what is there. */
  readonly keep: (before: CredentialSnapshot) => readonly CredentialRow[] | undefined;
  /** Facts for the audit. */
  readonly note?: (before: CredentialSnapshot) => { readonly [fact: string]: string | number };
  /** Done first in the same transaction, e.g. the row of the connection itself. */
  readonly alongside?: (trx: Kysely<Tables>) => Promise<void>;
  /** Done last in the same transaction. */
  readonly after?: (trx: Kysely<Tables>) => Promise<void>;
}

/**
 * The versions of credentials, sealed.
 *
 * Owns: the rows of `credentials`.
 * Does not own: the keys (Vault), leases, connections.
 * Invariants:
 *   R1. A version is used once for each connection, also after a deletion: the audit remembers the highest.
 *   R2. A row opens only while the newest event of its connection says that it lives.
 *   R3. Row and event land together.
 */
export class CredentialRows {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;
  readonly #vault: Vault;
  readonly #now: () => number;

  constructor(db: Kysely<Tables>, tenant: string, vault: Vault, now: () => number) {
    this.#db = db;
    this.#tenant = tenant;
    this.#vault = vault;
    this.#now = now;
  }

  /** The row in that state, checked against the audit; none whose overlap is over. Throws `SECRET_TAMPERED`. */
  async find(connection: string, state: CredentialState): Promise<CredentialRow | undefined> {
    const snapshot = await snapshotOf(this.#db, this.#tenant, connection);
    const row = snapshot.rows.find((each) => each.state === state);
    if (row) checkLiving(connection, row, snapshot);
    return state === "previous" && this.#now() >= (row?.overlapUntilMs ?? 0) ? undefined : row;
  }

  /** Connections whose version before the last rotation is to go. */
  async overdue(): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom("credentials")
      .select("connection")
      .where("tenant", "=", this.#tenant)
      .where("state", "=", "previous")
      .where("overlap_until", "<=", new Date(this.#now()))
      .execute();
    return rows.map(({ connection }) => connection);
  }

  /** Counts one use of the version before the last rotation. */
  async countUse(connection: string, { version }: CredentialRow): Promise<void> {
    await this.#db
      .updateTable("credentials")
      .set({ uses: sql<number>`uses + 1` })
      .where("tenant", "=", this.#tenant)
      .where("connection", "=", connection)
      .where("version", "=", sql<never>`${version}`)
      .execute();
  }

  /** Throws `SECRET_TAMPERED`, `VAULT_KEY_REFUSED`, `VAULT_UNAVAILABLE`. */
  async open(connection: string, row: CredentialRow): Promise<PlainCredential> {
    const place = { tenant: this.#tenant, connection, field: FIELD, version: row.version, region: row.region };
    return JSON.parse(await this.#vault.open(row.sealed, place)) as PlainCredential;
  }

  /**
   * Makes a change. Sealing happens outside of the transaction, for the version that comes next; where somebody was faster, it is done
   * again on top of theirs. False: the change did not apply. Throws `SECRET_TAMPERED` where a row that is to be kept must not be.
   */
  async change(connection: string, change: CredentialChange): Promise<boolean> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const before = await snapshotOf(this.#db, this.#tenant, connection);
      if (!change.alongside && change.keep(before) === undefined) return false;
      const fresh = change.fields && (await this.#seal(connection, before.highest + 1, change.state ?? "active", change.fields));
      try {
        return await this.#db.transaction().execute((trx) => this.#apply(trx, connection, change, fresh));
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
      }
    }
    throw new MortiseError("OVERLOADED", `The credential of connection "${connection}" is being changed by too many at once.`);
  }

  async #apply(
    trx: Kysely<Tables>,
    connection: string,
    change: CredentialChange,
    fresh: CredentialRow | undefined,
  ): Promise<boolean> {
    await change.alongside?.(trx);
    const at = { tenant: this.#tenant, connection };
    const parent = trx.selectFrom("connections").select("name").where("tenant", "=", this.#tenant).where("name", "=", connection);
    if (!(await parent.forNoKeyUpdate().executeTakeFirst())) return false;
    const now = await snapshotOf(trx, this.#tenant, connection);
    const kept = change.keep(now);
    if (kept === undefined) return false;
    if (fresh && fresh.version !== now.highest + 1) throw new Overtaken();
    for (const row of now.rows) if (kept.some(({ version }) => version === row.version)) checkLiving(connection, row, now);
    const rows = fresh ? [...kept.filter(({ state }) => state !== fresh.state), fresh] : kept;
    await this.#replace(trx, at, now.rows, rows);
    await change.after?.(trx);
    const facts = livingOf(rows, Math.max(now.highest, fresh?.version ?? 0));
    const { action, actor } = change;
    const event = { action, actor, connection, field: FIELD, ...change.note?.(now), ...facts };
    await appendAudit(trx, this.#tenant, [event], this.#now());
    return true;
  }

  async #replace(
    trx: Kysely<Tables>,
    at: { readonly tenant: string; readonly connection: string },
    before: readonly CredentialRow[],
    rows: readonly CredentialRow[],
  ): Promise<void> {
    const changed = rows.filter((row) => !before.includes(row));
    const gone = before.filter((row) => !rows.includes(row)).map(({ state }) => state);
    if (gone.length > 0) {
      const query = trx.deleteFrom("credentials").where("tenant", "=", at.tenant).where("connection", "=", at.connection);
      await query.where("state", "in", gone).execute();
    }
    for (const row of changed) await writeRow(trx, at, row);
  }

  async #seal(connection: string, version: number, state: CredentialState, fields: PlainCredential): Promise<CredentialRow> {
    const { region } = this.#vault.keys;
    const place = { tenant: this.#tenant, connection, field: FIELD, version, region };
    return { state, version, region, uses: 0, sealed: await this.#vault.seal(JSON.stringify(fields), place) };
  }
}
