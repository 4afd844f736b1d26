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
  readonly credential?: { readonly [field: string]: string };
}

/** What says that a credential is still the one that tokens were renewed with. */
const CLIENT_AND_GRANT = ["clientId", "clientSecret", "refreshToken"];

/**
 * Connections, their credentials sealed.
 *
 * Owns: the rows of `connections`.
 * Does not own: the wrapping key, what a credential is good for.
 * Invariants:
 *   C1. A credential leaves this class only through `credential()`, for the runtime.
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
    const rows = await this.#db
      .selectFrom("connections")
      .selectAll()
      .where("tenant", "=", this.#tenant)
      .orderBy("name")
      .execute();
    return rows.map(stored);
  }

  async find(name: string): Promise<StoredConnection | undefined> {
    const row = await this.#row(name);
    return row && stored(row);
  }

  /** The plaintext fields. Throws `MISCONFIGURED` when they cannot be opened. */
  async credential(name: string): Promise<{ readonly [field: string]: string } | undefined> {
    const row = await this.#row(name);
    if (!row?.credential) return undefined;
    return JSON.parse(open(row.credential, { tenant: this.#tenant, connection: name }, this.#key)) as { [field: string]: string };
  }

  async put(name: string, draft: ConnectionDraft): Promise<void> {
    const credential = draft.credential
      ? JSON.stringify(seal(JSON.stringify(draft.credential), { tenant: this.#tenant, connection: name }, this.#key))
      : undefined;
    const values = {
      connector: draft.connector,
      settings: JSON.stringify(draft.settings),
      auth: draft.auth ?? null,
      health: null,
      updated_at: new Date(),
    };
    await this.#db
      .insertInto("connections")
      .values({ tenant: this.#tenant, name, ...values, credential: credential ?? null })
      .onConflict((conflict) =>
        conflict.columns(["tenant", "name"]).doUpdateSet({
          ...values,
          credential:
            credential ??
            sql<string | null>`case when split_part(connections.connector, '@', 1) = split_part(excluded.connector, '@', 1)
              and connections.auth is not distinct from excluded.auth then connections.credential end`,
        }),
      )
      .execute();
  }

  /**
   * Puts a credential with new tokens in the place of the one that they came from. False: the owner, or another worker, has replaced that
   * one meanwhile, so nothing is changed.
   */
  async renewCredential(
    name: string,
    credential: { readonly [field: string]: string },
    previous: { readonly [field: string]: string },
  ): Promise<boolean> {
    const row = await this.#row(name);
    const context = { tenant: this.#tenant, connection: name };
    if (!row?.credential) return false;
    const there = JSON.parse(open(row.credential, context, this.#key)) as { readonly [field: string]: string };
    if (CLIENT_AND_GRANT.some((field) => there[field] !== previous[field])) return false;
    const sealed = JSON.stringify(seal(JSON.stringify(credential), context, this.#key));
    const done = await this.#db
      .updateTable("connections")
      .set({ credential: sealed, updated_at: new Date() })
      .where("tenant", "=", this.#tenant)
      .where("name", "=", name)
      .where("credential", "=", sql<never>`${JSON.stringify(row.credential)}::jsonb`)
      .executeTakeFirst();
    return done.numUpdatedRows > 0n;
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

  async #row(name: string) {
    return await this.#db
      .selectFrom("connections")
      .selectAll()
      .where("tenant", "=", this.#tenant)
      .where("name", "=", name)
      .executeTakeFirst();
  }
}

function stored(row: Selectable<Tables["connections"]>): StoredConnection {
  return {
    name: row.name,
    connector: row.connector,
    settings: row.settings as JsonObject,
    ...(row.auth === null ? {} : { auth: row.auth }),
    hasCredential: row.credential !== null,
    health: row.health ?? { status: "untested" },
  };
}
