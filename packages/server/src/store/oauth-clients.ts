import type { PlainCredential } from "@mortise/auth";
import type { Kysely } from "kysely";
import type { SecretBox } from "../connect/secret-box.ts";
import type { Tables } from "./tables.ts";

/** A client of the deployment, without its secrets. */
export interface StoredClient {
  readonly connector: string;
  readonly scheme: string;
  readonly clientId: string;
  /** Names of its fields, secret ones too. */
  readonly fields: readonly string[];
  readonly updatedAtMs: number;
}

/**
 * The apps that the deployment is registered with at other systems, one a connector and auth scheme.
 *
 * Owns: the rows of `oauth_clients`.
 * Does not own: which connections use them.
 * Invariants:
 *   O1. A secret leaves this class only through `fields()`, which no route calls.
 */
export class OauthClients {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;
  readonly #box: SecretBox;

  constructor(db: Kysely<Tables>, tenant: string, box: SecretBox) {
    this.#db = db;
    this.#tenant = tenant;
    this.#box = box;
  }

  async list(): Promise<readonly StoredClient[]> {
    const rows = await this.#db
      .selectFrom("oauth_clients")
      .select(["connector", "scheme", "client_id", "fields", "updated_at"])
      .where("tenant", "=", this.#tenant)
      .execute();
    return rows.map(({ client_id, updated_at, ...row }) => ({ ...row, clientId: client_id, updatedAtMs: updated_at.getTime() }));
  }

  async find(connector: string, scheme: string): Promise<StoredClient | undefined> {
    return (await this.list()).find((each) => each.connector === connector && each.scheme === scheme);
  }

  /** All fields in plaintext, for a connection that is opened. Throws `MISCONFIGURED` where they cannot be opened. */
  async fields(connector: string, scheme: string): Promise<PlainCredential | undefined> {
    const row = await this.#db
      .selectFrom("oauth_clients")
      .select("sealed")
      .where("tenant", "=", this.#tenant)
      .where("connector", "=", connector)
      .where("scheme", "=", scheme)
      .executeTakeFirst();
    return row && (JSON.parse(await this.#box.open(row.sealed, place(connector, scheme))) as PlainCredential);
  }

  /** `clientId` says in the open which app it is. */
  async put(connector: string, scheme: string, fields: PlainCredential, clientId = fields.clientId ?? ""): Promise<void> {
    const { kekId, sealed } = await this.#box.seal(JSON.stringify(fields), place(connector, scheme));
    const values = {
      client_id: clientId,
      fields: JSON.stringify(Object.keys(fields)),
      kek_id: kekId,
      sealed: JSON.stringify(sealed),
      updated_at: new Date(),
    };
    await this.#db
      .insertInto("oauth_clients")
      .values({ tenant: this.#tenant, connector, scheme, ...values })
      .onConflict((conflict) => conflict.columns(["tenant", "connector", "scheme"]).doUpdateSet(values))
      .execute();
  }

  async remove(connector: string, scheme: string): Promise<boolean> {
    const done = await this.#db
      .deleteFrom("oauth_clients")
      .where("tenant", "=", this.#tenant)
      .where("connector", "=", connector)
      .where("scheme", "=", scheme)
      .executeTakeFirst();
    return done.numDeletedRows > 0n;
  }
}

const place = (connector: string, scheme: string): string => `oauth-client/${connector}/${scheme}`;
