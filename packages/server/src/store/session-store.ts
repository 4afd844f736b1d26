import { createHash, randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

const SESSION_MS = 12 * 3_600_000;
const SIGN_IN_MS = 15 * 60_000;

/** A session that is good now. */
export interface Session {
  readonly name: string;
  readonly tenant: string;
}

/**
 * Sessions and one-time sign-in tokens.
 *
 * Owns: the rows of `sessions` and `sign_in_tokens`.
 * Invariants:
 *   S1. Only hashes are stored: a copy of the database signs nobody in.
 *   S2. A sign-in token works once, also when two browsers use it at the same moment.
 */
export class SessionStore {
  readonly #db: Kysely<Tables>;
  readonly #now: () => number;

  constructor(db: Kysely<Tables>, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** A token for one sign-in within 15 minutes. */
  async newSignInToken(): Promise<string> {
    const token = `mst_in_${randomBytes(24).toString("base64url")}`;
    await this.#db.deleteFrom("sign_in_tokens").where("expires_at", "<", new Date(this.#now())).execute();
    await this.#db
      .insertInto("sign_in_tokens")
      .values({ token_hash: hash(token), expires_at: new Date(this.#now() + SIGN_IN_MS) })
      .execute();
    return token;
  }

  /** Uses a sign-in token up. Returns the token of a new session, or undefined. */
  async signIn(token: string, name: string): Promise<string | undefined> {
    const used = await this.#db
      .deleteFrom("sign_in_tokens")
      .where("token_hash", "=", hash(token))
      .where("expires_at", ">", new Date(this.#now()))
      .returning("tenant")
      .executeTakeFirst();
    if (!used) return undefined;
    const session = `mst_s_${randomBytes(32).toString("base64url")}`;
    const values = { tenant: used.tenant, token_hash: hash(session), name, expires_at: new Date(this.#now() + SESSION_MS) };
    await this.#db.insertInto("sessions").values(values).execute();
    return session;
  }

  async find(session: string): Promise<Session | undefined> {
    const query = this.#db.selectFrom("sessions").select(["name", "tenant"]).where("token_hash", "=", hash(session));
    return await query.where("expires_at", ">", new Date(this.#now())).executeTakeFirst();
  }

  async end(session: string): Promise<void> {
    await this.#db.deleteFrom("sessions").where("token_hash", "=", hash(session)).execute();
  }
}

function hash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
