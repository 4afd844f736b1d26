import { isDeepStrictEqual } from "node:util";
import type { PlainCredential } from "@mortise/auth";
import type { JsonObject } from "@mortise/contract";
import type { Kysely, Selectable } from "kysely";
import type { SecretLease, SecretLeases } from "../vault/secret-leases.ts";
import type { SecretUse } from "../vault/secret-use.ts";
import type { CredentialRows } from "./credential-rows.ts";
import type { CredentialRow } from "./living-versions.ts";
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

/** What is saved. An absent credential keeps the one that is there, as long as connector, auth scheme and the places that it goes to stay. */
export interface ConnectionDraft {
  readonly connector: string;
  readonly settings: JsonObject;
  readonly auth?: string;
  readonly credential?: PlainCredential;
  /** Whether calls go to the same places as with the settings before. Absent: with equal settings only. */
  readonly isSameDestination?: (before: JsonObject) => boolean;
}

/** A credential in plaintext, for the one who asked for it. */
export interface HeldCredential {
  readonly fields: PlainCredential;
  /** Grows by one at every change and is never used again, also not after a deletion. */
  readonly version: number;
  /** What it was handed out under: its signal aborts when the credential is revoked. */
  readonly lease: SecretLease;
}

/** What {@link ConnectionStore} stands on. */
export interface ConnectionVault {
  readonly rows: CredentialRows;
  readonly leases: SecretLeases;
  /** Forgets unwrapped keys of a connection. */
  readonly forget: (connection: string) => void;
}

/** What says that a credential is still the one that tokens were renewed with. */
const CLIENT_AND_GRANT = ["clientId", "clientSecret", "refreshToken"];

/**
 * Connections, their credentials sealed.
 *
 * Owns: the rows of `connections`.
 * Does not own: sealed credentials (CredentialRows), what a credential is good for.
 * Talks to: SecretLeases before it hands anything out.
 * Invariants:
 *   C1. A credential leaves this class only through `readCredential()`, which says what for, under a lease that is in the audit.
 *   C2. A credential is never handed to another connector, in another way, or with settings that send it elsewhere, than it was entered for.
 *   C3. Once a revocation is done, the credential is handed out to nobody, and uses of it end.
 */
export class ConnectionStore {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;
  readonly #vault: ConnectionVault;

  constructor(db: Kysely<Tables>, tenant: string, vault: ConnectionVault) {
    this.#db = db;
    this.#tenant = tenant;
    this.#vault = vault;
  }

  async list(): Promise<readonly StoredConnection[]> {
    return (await this.#rows().orderBy("connections.name").execute()).map(stored);
  }

  async find(name: string): Promise<StoredConnection | undefined> {
    const row = await this.#rows().where("connections.name", "=", name).executeTakeFirst();
    return row && stored(row);
  }

  /** The plaintext fields. Throws as {@link ConnectionStore.readCredential} does. */
  async credential(name: string): Promise<PlainCredential | undefined> {
    return (await this.readCredential(name, { purpose: "call", actor: "runtime" }))?.fields;
  }

  /**
   * The plaintext fields and the version to swap them by. `previous`: those before the last rotation, while the overlap lasts. Throws
   * `SECRET_TAMPERED`, `VAULT_KEY_REFUSED`, and `VAULT_UNAVAILABLE` where keys or audit are away.
   */
  async readCredential(
    name: string,
    use: SecretUse,
    state: "active" | "previous" = "active",
  ): Promise<HeldCredential | undefined> {
    const { rows, leases } = this.#vault;
    const live = leases.live(name, use);
    const found = await rows.find(name, state);
    if (found === undefined) return undefined;
    const lease = live ?? (await leases.take(name, use));
    // Read again under a new lease: a revocation before that was in the audit would not end it.
    const row = live ? found : await rows.find(name, state);
    if (row === undefined) return undefined;
    if (state === "previous") await rows.countUse(name, row);
    return { fields: await rows.open(name, row), version: row.version, lease };
  }

  /**
   * Puts a credential in the place of the version that it came from. True: stored, as the next version. False: somebody was faster.
   * Throws `VAULT_KEY_REFUSED`, `VAULT_UNAVAILABLE`.
   */
  async swapCredential(name: string, fields: PlainCredential, expectVersion: number, actor = "runtime"): Promise<boolean> {
    return await this.#vault.rows.change(name, {
      action: "credential.renewed",
      actor,
      fields,
      keep: ({ rows }) => (version(rows) === expectVersion ? rows.filter(({ state }) => state !== "active") : undefined),
    });
  }

  async put(name: string, draft: ConnectionDraft, actor = "owner"): Promise<void> {
    let same = true;
    const alongside = async (trx: Kysely<Tables>) => {
      same = await this.#putRow(trx, name, draft);
    };
    if (draft.credential) {
      const stored = { action: "credential.stored", actor, fields: draft.credential, keep: () => [], alongside } as const;
      await this.#vault.rows.change(name, stored);
    } else {
      const keep = ({ rows }: { readonly rows: readonly CredentialRow[] }) => (same || rows.length === 0 ? undefined : []);
      if (await this.#vault.rows.change(name, { action: "credential.removed", actor, keep, alongside })) this.#ended(name);
    }
  }

  /** Deletes the credential with its data key and ends all uses of it, in other processes within 5 s. False: there is none. */
  async revokeCredential(name: string, actor: string): Promise<boolean> {
    const keep = ({ rows }: { readonly rows: readonly CredentialRow[] }) => (rows.length === 0 ? undefined : []);
    const done = await this.#vault.rows.change(name, { action: "credential.revoked", actor, keep });
    this.#ended(name);
    return done;
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

  async remove(name: string, actor = "owner"): Promise<boolean> {
    const gone = async (trx: Kysely<Tables>) => {
      await trx.deleteFrom("connections").where("tenant", "=", this.#tenant).where("name", "=", name).execute();
      await trx.deleteFrom("code_values").where("tenant", "=", this.#tenant).where("connection", "=", name).execute();
    };
    const done = await this.#vault.rows.change(name, { action: "credential.removed", actor, keep: () => [], after: gone });
    if (done) this.#ended(name);
    return done;
  }

  #ended(name: string): void {
    this.#vault.forget(name);
    this.#vault.leases.revoke(name);
  }

  /** Whether the credential that is there may stay. */
  async #putRow(trx: Kysely<Tables>, name: string, draft: ConnectionDraft): Promise<boolean> {
    const values = {
      connector: draft.connector,
      settings: JSON.stringify(draft.settings),
      auth: draft.auth ?? null,
      health: null,
      updated_at: new Date(),
    };
    const before = await trx
      .selectFrom("connections")
      .select(["connector", "auth", "settings"])
      .where("tenant", "=", this.#tenant)
      .where("name", "=", name)
      .forUpdate()
      .executeTakeFirst();
    await trx
      .insertInto("connections")
      .values({ tenant: this.#tenant, name, ...values })
      .onConflict((conflict) => conflict.columns(["tenant", "name"]).doUpdateSet(values))
      .execute();
    return before === undefined || sameUse(before, draft);
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
}

function version(rows: readonly CredentialRow[]): number | undefined {
  return rows.find(({ state }) => state === "active")?.version;
}

type Before = Pick<Selectable<Tables["connections"]>, "connector" | "auth" | "settings">;

/** A credential stays only with the connector, the way to sign in and the places that it was entered for. */
function sameUse(before: Before, draft: ConnectionDraft): boolean {
  if (before.connector.split("@")[0] !== draft.connector.split("@")[0] || before.auth !== (draft.auth ?? null)) return false;
  const isSame = draft.isSameDestination ?? ((settings: JsonObject) => isDeepStrictEqual(settings, draft.settings));
  return isSame(before.settings as JsonObject);
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
