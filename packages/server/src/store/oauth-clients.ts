import type { PlainCredential } from "@mortise/auth";
import type { Kysely } from "kysely";
import type { SecretBox } from "../connect/secret-box.ts";
import type { SecretLeases } from "../vault/secret-leases.ts";
import type { SecretUse } from "../vault/secret-use.ts";
import type { AuditSink } from "./audit-log.ts";
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

/** Where uses and changes of apps are written. An app is named there by its place, which is no connection's name. */
export interface ClientAudit {
  readonly leases: Pick<SecretLeases, "live" | "take" | "revoke">;
  readonly log: AuditSink;
}

/**
 * The apps that the deployment is registered with at other systems, one a connector and auth scheme.
 *
 * Owns: the rows of `oauth_clients`.
 * Does not own: which connections use them.
 * Invariants:
 *   O1. A secret leaves this class only through `fields()`, which says what for, under a lease that is in the audit; no answer holds one.
 *   O2. Every change is in the audit.
 */
export class OauthClients {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;
  readonly #box: SecretBox;
  readonly #audited: ClientAudit;

  constructor(db: Kysely<Tables>, tenant: string, box: SecretBox, audited: ClientAudit) {
    this.#db = db;
    this.#tenant = tenant;
    this.#box = box;
    this.#audited = audited;
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

  /** All fields in plaintext. Throws `SECRET_TAMPERED`, `VAULT_KEY_REFUSED`, and `VAULT_UNAVAILABLE` where keys or audit are away. */
  async fields(connector: string, scheme: string, use: SecretUse): Promise<PlainCredential | undefined> {
    const row = await this.#db
      .selectFrom("oauth_clients")
      .select("sealed")
      .where("tenant", "=", this.#tenant)
      .where("connector", "=", connector)
      .where("scheme", "=", scheme)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const at = place(connector, scheme);
    const { leases } = this.#audited;
    if (leases.live(at, use) === undefined) await leases.take(at, use);
    return JSON.parse(await this.#box.open(row.sealed, at)) as PlainCredential;
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
    await this.#changed("client.stored", connector, scheme);
  }

  async remove(connector: string, scheme: string): Promise<boolean> {
    const done = await this.#db
      .deleteFrom("oauth_clients")
      .where("tenant", "=", this.#tenant)
      .where("connector", "=", connector)
      .where("scheme", "=", scheme)
      .executeTakeFirst();
    if (done.numDeletedRows > 0n) await this.#changed("client.removed", connector, scheme);
    return done.numDeletedRows > 0n;
  }

  async #changed(action: "client.stored" | "client.removed", connector: string, scheme: string): Promise<void> {
    const at = place(connector, scheme);
    this.#audited.leases.revoke(at);
    await this.#audited.log.append([{ action, actor: "owner", connection: at }]);
  }
}

const place = (connector: string, scheme: string): string => `oauth-client/${connector}/${scheme}`;
