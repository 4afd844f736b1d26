import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** Whose account a connection is connected to. */
export interface ConnectionAccount {
  /** What the account is called; absent: the connector does not say. */
  readonly label?: string;
  /** When what it lives on ends for good. Epoch ms; absent: nobody knows, or it is renewed. */
  readonly endsAtMs?: number;
  readonly connectedAtMs: number;
}

/**
 * The accounts of connections that a person has connected.
 *
 * Owns: the rows of `connection_accounts`, which go with their connection.
 */
export class ConnectionAccounts {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;

  constructor(db: Kysely<Tables>, tenant: string) {
    this.#db = db;
    this.#tenant = tenant;
  }

  /** By the connection's name. */
  async list(): Promise<ReadonlyMap<string, ConnectionAccount>> {
    const rows = await this.#db.selectFrom("connection_accounts").selectAll().where("tenant", "=", this.#tenant).execute();
    return new Map(
      rows.map(({ connection, label, ends_at, connected_at }) => [
        connection,
        {
          ...(label === null ? {} : { label }),
          ...(ends_at === null ? {} : { endsAtMs: ends_at.getTime() }),
          connectedAtMs: connected_at.getTime(),
        },
      ]),
    );
  }

  async find(connection: string): Promise<ConnectionAccount | undefined> {
    return (await this.list()).get(connection);
  }

  async put(connection: string, { label, endsAtMs, connectedAtMs }: ConnectionAccount): Promise<void> {
    const values = {
      label: label ?? null,
      ends_at: endsAtMs === undefined ? null : new Date(endsAtMs),
      connected_at: new Date(connectedAtMs),
    };
    await this.#db
      .insertInto("connection_accounts")
      .values({ tenant: this.#tenant, connection, ...values })
      .onConflict((conflict) => conflict.columns(["tenant", "connection"]).doUpdateSet(values))
      .execute();
  }

  async remove(connection: string): Promise<void> {
    await this.#db
      .deleteFrom("connection_accounts")
      .where("tenant", "=", this.#tenant)
      .where("connection", "=", connection)
      .execute();
  }
}
