import type { PlainCredential } from "@mortise/auth";
import type { JsonObject } from "@mortise/contract";
import { type Kysely, type Selectable, sql } from "kysely";
import { open, seal, type WrappingKey } from "../vault/envelope.ts";
import type { ConnectionHealth, Tables } from "./tables.ts";

/** A stored connection without its credential. */
export interface StoredConnection {
  readonly name: string;
  readonly connector: string;
  readonly settings: JsonObject;
  readonly auth?: string;
  readonly hasCredential: boolean;
  readonly health: ConnectionHealth;
}

/** What is saved. An absent credential keeps the one that is there, as long as connector and auth scheme stay. */
export interface ConnectionDraft {
  readonly connector: string;
  readonly settings: JsonObject;
  readonly auth?: string;
  readonly credential?: PlainCredential;
}

/** What a secret is read for, and by whom: the audit keeps it. */
export interface SecretUse {
  readonly purpose: "call" | "refresh" | "test" | "connect" | "rotate" | "revoke" | "export";
  /** A person's session, `runtime`, `cli`. */
  readonly actor: string;
  readonly runId?: string;
}

/** A credential in plaintext, for the one who asked for it. */
export interface HeldCredential {
  readonly fields: PlainCredential;
  /** Grows by one at every change and is never used again, also not after a deletion. */
  readonly version: number;
}

/** What says that a credential is still the one that tokens were renewed with. */
const CLIENT_AND_GRANT = ["clientId", "clientSecret", "refreshToken"];

/**
 * Connections, their credentials sealed.
 *
 * Owns: the rows of `connections` and `credentials`.
 * Does not own: the wrapping key, what a credential is good for.
 * Invariants:
 *   C1. A credential leaves this class only through `readCredential()`, which says what for.
 *   C2. A credential is never handed to another connector, or in another way, than it was entered for.
 */
export class ConnectionStore {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;
  readonly #key: WrappingKey;

  constructor(db: Kysely<Tables>, tenant: string, key: WrappingKey) {
    this.#db = db;
    this.#tenant = tenant;
    this.#key = key;
  }

  async list(): Promise<readonly StoredConnection[]> {
    return (await this.#rows().orderBy("connections.name").execute()).map(stored);
  }

  async find(name: string): Promise<StoredConnection | undefined> {
    const row = await this.#rows().where("connections.name", "=", name).executeTakeFirst();
    return row && stored(row);
  }

  /** The plaintext fields. Throws `MISCONFIGURED` when they cannot be opened. */
  async credential(name: string): Promise<PlainCredential | undefined> {
    return (await this.readCredential(name, { purpose: "call", actor: "runtime" }))?.fields;
  }

  /** The plaintext fields and the version to swap them by. Throws `MISCONFIGURED` when they cannot be opened. */
  async readCredential(name: string, _use: SecretUse): Promise<HeldCredential | undefined> {
    const row = await this.#db
      .selectFrom("credentials")
      .select(["version", "sealed"])
      .where("tenant", "=", this.#tenant)
      .where("connection", "=", name)
      .where("state", "=", "active")
      .executeTakeFirst();
    if (!row) return undefined;
    const fields = JSON.parse(open(row.sealed, { tenant: this.#tenant, connection: name }, this.#key)) as PlainCredential;
    return { fields, version: Number(row.version) };
  }

  /** Puts a credential in the place of the version that it came from. True: stored as the next version. False: somebody was faster. */
  async swapCredential(name: string, fields: PlainCredential, expectVersion: number): Promise<boolean> {
    const done = await this.#db
      .updateTable("credentials")
      .set({ ...this.#sealed(name, fields), version: expectVersion + 1, updated_at: new Date() })
      .where("tenant", "=", this.#tenant)
      .where("connection", "=", name)
      .where("state", "=", "active")
      .where("version", "=", sql<never>`${expectVersion}`)
      .executeTakeFirst();
    return done.numUpdatedRows > 0n;
  }

  async put(name: string, draft: ConnectionDraft): Promise<void> {
    const values = {
      connector: draft.connector,
      settings: JSON.stringify(draft.settings),
      auth: draft.auth ?? null,
      health: null,
      updated_at: new Date(),
    };
    await this.#db.transaction().execute(async (trx) => {
      const before = await trx
        .selectFrom("connections")
        .select(["connector", "auth"])
        .where("tenant", "=", this.#tenant)
        .where("name", "=", name)
        .forUpdate()
        .executeTakeFirst();
      await trx
        .insertInto("connections")
        .values({ tenant: this.#tenant, name, ...values })
        .onConflict((conflict) => conflict.columns(["tenant", "name"]).doUpdateSet(values))
        .execute();
      if (draft.credential) {
        const sealed = this.#sealed(name, draft.credential);
        await trx
          .insertInto("credentials")
          .values({ tenant: this.#tenant, connection: name, ...sealed, version: 1 })
          .onConflict((conflict) =>
            conflict
              .columns(["tenant", "connection", "field", "state"])
              .doUpdateSet({ ...sealed, version: sql<number>`credentials.version + 1`, updated_at: new Date() }),
          )
          .execute();
      } else if (before && !sameUse(before, draft)) {
        await trx.deleteFrom("credentials").where("tenant", "=", this.#tenant).where("connection", "=", name).execute();
      }
    });
  }

  /**
   * Puts a credential with new tokens in the place of the one that they came from. False: the owner, or another worker, has replaced that
   * one meanwhile, so nothing is changed.
   */
  async renewCredential(name: string, credential: PlainCredential, previous: PlainCredential): Promise<boolean> {
    const there = await this.readCredential(name, { purpose: "refresh", actor: "runtime" });
    if (!there || CLIENT_AND_GRANT.some((field) => there.fields[field] !== previous[field])) return false;
    return await this.swapCredential(name, credential, there.version);
  }

  async setHealth(name: string, health: ConnectionHealth): Promise<void> {
    const query = this.#db.updateTable("connections").set({ health: JSON.stringify(health) });
    await query.where("tenant", "=", this.#tenant).where("name", "=", name).execute();
  }

  async remove(name: string): Promise<boolean> {
    const done = await this.#db
      .deleteFrom("connections")
      .where("tenant", "=", this.#tenant)
      .where("name", "=", name)
      .executeTakeFirst();
    return done.numDeletedRows > 0n;
  }

  #rows() {
    return this.#db
      .selectFrom("connections")
      .selectAll("connections")
      .select(({ exists, selectFrom }) =>
        exists(
          selectFrom("credentials")
            .select("credentials.version")
            .whereRef("credentials.tenant", "=", "connections.tenant")
            .whereRef("credentials.connection", "=", "connections.name")
            .where("credentials.state", "=", "active"),
        ).as("hasCredential"),
      )
      .where("connections.tenant", "=", this.#tenant);
  }

  #sealed(name: string, fields: PlainCredential) {
    const sealed = seal(JSON.stringify(fields), { tenant: this.#tenant, connection: name }, this.#key);
    return { sealed: JSON.stringify(sealed), kek_id: sealed.kekId };
  }
}

/** A credential stays only with the connector and the way to sign in that it was entered for. */
function sameUse(before: { readonly connector: string; readonly auth: string | null }, draft: ConnectionDraft): boolean {
  return before.connector.split("@")[0] === draft.connector.split("@")[0] && before.auth === (draft.auth ?? null);
}

function stored(row: Selectable<Tables["connections"]> & { readonly hasCredential: unknown }): StoredConnection {
  return {
    name: row.name,
    connector: row.connector,
    settings: row.settings as JsonObject,
    ...(row.auth === null ? {} : { auth: row.auth }),
    hasCredential: row.hasCredential === true,
    health: row.health ?? { status: "untested" },
  };
}
