import { randomUUID } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import type { FeatureFlag, FlagList, KillEntry, KillList } from "@mortise/runtime";
import { type Kysely, sql } from "kysely";
import { appendAudit } from "./append-audit.ts";
import type { AuditEvent } from "./audit-chain.ts";
import type { Tables } from "./tables.ts";

/** Whom a stored hold is for. */
export interface HoldTarget {
  readonly kind: "connector" | "connection";
  readonly name: string;
}

/** What holds a connector or a connection in all processes. */
export interface StoredHold extends HoldTarget {
  readonly state: "paused" | "draining";
  readonly reason: string;
  /** Who said so. */
  readonly actor: string;
  readonly sinceMs: number;
  /** Of a drain: how much of its time was left when it was read, ms. */
  readonly leftMs?: number;
}

/** An entry of the kill list that somebody made. */
export type StoredKill = KillEntry & { readonly id: string; readonly actor: string; readonly sinceMs: number };

/** A flag that somebody set. */
export interface StoredFlag {
  readonly name: string;
  readonly flag: FeatureFlag;
  readonly actor: string;
  readonly sinceMs: number;
}

/** What may run, as the database has it. */
export interface StoredLifecycle {
  readonly revision: number;
  readonly holds: readonly StoredHold[];
  readonly killed: readonly StoredKill[];
  readonly flags: readonly StoredFlag[];
}

const MOST_KILLED = 10_000;
const MOST_FLAGS = 1_000;

/**
 * Keeps what may run in a deployment: holds, the kill list, flags.
 *
 * Owns: their rows, and the revision that counts their changes.
 * Does not own: what the configuration says beside them, when processes read them (LifecycleFeed).
 * Invariants:
 *   D1. A change, its entry in the audit and the next revision land together or not at all.
 *   D2. Changes take turns, so that whoever has read a revision has read everything before it.
 */
export class LifecycleStore {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;
  readonly #now: () => number;

  constructor(db: Kysely<Tables>, tenant: string, now: () => number) {
    this.#db = db;
    this.#tenant = tenant;
    this.#now = now;
  }

  /** How often it has changed. */
  async revision(): Promise<number> {
    const row = await this.#db.selectFrom("lifecycle_revision").select("revision").executeTakeFirstOrThrow();
    return Number(row.revision);
  }

  /** All of it, of one moment. */
  read(): Promise<StoredLifecycle> {
    return this.#db
      .transaction()
      .setIsolationLevel("repeatable read")
      .execute(async (trx) => {
        const { revision } = await trx.selectFrom("lifecycle_revision").select("revision").executeTakeFirstOrThrow();
        const holds = await trx
          .selectFrom("holds")
          .selectAll()
          .select(sql<number>`greatest(0, drain_ms - extract(epoch from now() - since_at) * 1000)::float8`.as("left_ms"))
          .where("tenant", "=", this.#tenant)
          .orderBy("kind")
          .orderBy("name")
          .execute();
        const killed = await trx.selectFrom("kill_entries").selectAll().orderBy("since_at").orderBy("id").execute();
        const flags = await trx.selectFrom("feature_flags").selectAll().orderBy("name").execute();
        return {
          revision: Number(revision),
          holds: holds.map(({ kind, name, state, reason, actor, since_at, drain_ms, left_ms }) => ({
            kind,
            name,
            state,
            reason,
            actor,
            sinceMs: since_at.getTime(),
            ...(drain_ms === null ? {} : { leftMs: left_ms }),
          })),
          killed: killed.map(({ id, entry, actor, since_at }) => ({ ...entry, id, actor, sinceMs: since_at.getTime() })),
          flags: flags.map(({ name, flag, actor, since_at }) => ({ name, flag, actor, sinceMs: since_at.getTime() })),
        };
      });
  }

  /** Holds a connector or a connection in all processes, in place of what held it. `drainMs`: calls in progress have so long, then they are stopped. */
  hold(target: HoldTarget, { reason, actor, drainMs }: { reason: string; actor: string; drainMs?: number }): Promise<number> {
    const { kind, name } = target;
    const state = drainMs === undefined ? "paused" : "draining";
    const facts = drainMs === undefined ? {} : { drainMs };
    const event = { action: `lifecycle.${drainMs === undefined ? "paused" : "drained"}`, actor, reason, ...facts } as const;
    return this.#change({ ...event, ...named(target) }, async (trx) => {
      const said = { state, reason, actor, drain_ms: drainMs ?? null } as const;
      await trx
        .insertInto("holds")
        .values({ tenant: this.#tenant, kind, name, ...said })
        .onConflict((conflict) =>
          conflict.columns(["tenant", "kind", "name"]).doUpdateSet({ ...said, since_at: sql<Date>`now()` }),
        )
        .execute();
      return true;
    });
  }

  /** Lifts a hold; undefined: there was none. */
  async lift(target: HoldTarget, actor: string): Promise<number | undefined> {
    const { kind, name } = target;
    return await this.#changeIf({ action: "lifecycle.resumed", actor, ...named(target) }, async (trx) => {
      const gone = await trx
        .deleteFrom("holds")
        .where("tenant", "=", this.#tenant)
        .where("kind", "=", kind)
        .where("name", "=", name)
        .executeTakeFirst();
      return gone.numDeletedRows > 0n;
    });
  }

  /** Adds to the kill list; gives the entry's id. Throws `LIMIT_EXCEEDED` beyond 10,000. */
  async kill(entry: KillEntry, actor: string): Promise<string> {
    const id = randomUUID();
    await this.#mayHave("kill_entries", MOST_KILLED);
    await this.#change({ action: "kill.added", actor, id, ...entry }, async (trx) => {
      await trx
        .insertInto("kill_entries")
        .values({ id, entry: JSON.stringify(entry), actor })
        .execute();
      return true;
    });
    return id;
  }

  /** Takes an entry off the kill list; undefined: there was none. */
  async unkill(id: string, actor: string): Promise<number | undefined> {
    return await this.#changeIf({ action: "kill.removed", actor, id }, async (trx) => {
      const gone = await trx.deleteFrom("kill_entries").where("id", "=", id).executeTakeFirst();
      return gone.numDeletedRows > 0n;
    });
  }

  /** Sets a flag. Throws `LIMIT_EXCEEDED` beyond 1,000. */
  async setFlag(name: string, flag: FeatureFlag, actor: string): Promise<number> {
    await this.#mayHave("feature_flags", MOST_FLAGS);
    return await this.#change({ action: "flag.set", actor, flag: name, on: flag.on }, async (trx) => {
      const said = { flag: JSON.stringify(flag), actor };
      await trx
        .insertInto("feature_flags")
        .values({ name, ...said })
        .onConflict((conflict) => conflict.column("name").doUpdateSet({ ...said, since_at: sql<Date>`now()` }))
        .execute();
      return true;
    });
  }

  /** Removes a flag; undefined: there was none. */
  async removeFlag(name: string, actor: string): Promise<number | undefined> {
    return await this.#changeIf({ action: "flag.removed", actor, flag: name }, async (trx) => {
      const gone = await trx.deleteFrom("feature_flags").where("name", "=", name).executeTakeFirst();
      return gone.numDeletedRows > 0n;
    });
  }

  async #mayHave(table: "kill_entries" | "feature_flags", most: number): Promise<void> {
    const { count } = await this.#db
      .selectFrom(table)
      .select((row) => row.fn.countAll<string>().as("count"))
      .executeTakeFirstOrThrow();
    if (Number(count) >= most) throw new MortiseError("LIMIT_EXCEEDED", `There are ${most} already, and no more may be.`);
  }

  async #change(event: AuditEvent, work: (trx: Kysely<Tables>) => Promise<true>): Promise<number> {
    return (await this.#changeIf(event, work)) ?? 0;
  }

  async #changeIf(event: AuditEvent, work: (trx: Kysely<Tables>) => Promise<boolean>): Promise<number | undefined> {
    return await this.#db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ revision: string }>`
        update mortise.lifecycle_revision set revision = revision + 1 returning revision`.execute(trx);
      if (!(await work(trx))) return undefined;
      await appendAudit(trx, this.#tenant, [event], this.#now());
      return Number(rows[0]?.revision);
    });
  }
}

const named = ({ kind, name }: HoldTarget): { readonly connector?: string; readonly connection?: string } =>
  kind === "connector" ? { connector: name } : { connection: name };

/** The kill list of the database, as the runtime reads lists. */
export const killListOf = ({ killed }: StoredLifecycle): KillList => ({
  killed: killed.map(({ id: _, actor: _actor, sinceMs: _since, ...entry }) => entry),
});

/** Its flags. */
export const flagListOf = ({ flags }: StoredLifecycle): FlagList => ({
  flags: Object.fromEntries(flags.map(({ name, flag }) => [name, flag])),
});
