import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** Digests that say whose account it is, by where that was said: an ID token, or the output of the connection's test. */
export interface AccountSubject {
  readonly idToken?: string;
  readonly test?: string;
}

/** Whose account a connection is connected to. */
export interface ConnectionAccount {
  /** What the account is called; absent: the connector does not say. */
  readonly label?: string;
  /** What it is known by; absent: by its label alone. */
  readonly subject?: AccountSubject;
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
      rows.map(({ connection, label, subject, ends_at, connected_at }) => [
        connection,
        {
          ...(label === null ? {} : { label }),
          ...(subject === null ? {} : { subject }),
          ...(ends_at === null ? {} : { endsAtMs: ends_at.getTime() }),
          connectedAtMs: connected_at.getTime(),
        },
      ]),
    );
  }

  async find(connection: string): Promise<ConnectionAccount | undefined> {
    return (await this.list()).get(connection);
  }

  async put(connection: string, { label, subject, endsAtMs, connectedAtMs }: ConnectionAccount): Promise<void> {
    const values = {
      label: label ?? null,
      subject: subject === undefined ? null : JSON.stringify(subject),
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

/** Whether it is another account for sure, or may be: what both are known by differs, or where nothing is known of both, their labels. */
export function isOtherAccount(before: Account, after: Account): boolean {
  for (const source of ["idToken", "test"] as const) {
    const [one, other] = [before.subject?.[source], after.subject?.[source]];
    if (one !== undefined && other !== undefined) return one !== other;
  }
  return before.label !== undefined && after.label !== undefined && before.label !== after.label;
}

type Account = Pick<ConnectionAccount, "label" | "subject">;
