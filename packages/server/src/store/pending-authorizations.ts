import { createHash, randomBytes } from "node:crypto";
import type { Kysely, Selectable } from "kysely";
import type { SecretBox } from "../connect/secret-box.ts";
import type { Tables } from "./tables.ts";

const LIFE_MS = 10 * 60_000;

/**
 * Where a sign-in is. `open`: the person reads what it is about; `sent`: their browser, or they with a code, are at the other system;
 * `finishing`: the answer is being worked on; `other_account`: it is another account than before, and the person is asked.
 */
export type PendingStatus = "open" | "sent" | "finishing" | "other_account" | "done" | "failed" | "cancelled";

/** What was asked for. */
export interface PendingRequest {
  /** Connector and scheme at the start: a connection that was changed meanwhile is not finished. */
  readonly connector: string;
  readonly scheme: string;
  /** Digest of the settings, which say where the person is sent and where what comes back goes. Absent: begun by an older version. */
  readonly settingsHash?: string;
  readonly mode?: "popup" | "redirect";
  readonly returnTo?: string;
  readonly scopes?: readonly string[];
  readonly redirectUri?: string;
  /** The other system brings no `state` back; the browser's cookie alone says which sign-in it is. */
  readonly isStateless?: boolean;
  /** The other system brings the code by a delivery of its own. */
  readonly isDelivered?: boolean;
  /** What a person types in at the other system, and where (RFC 8628 §3.2). */
  readonly userCode?: string;
  readonly verificationUri?: string;
  readonly verificationUriComplete?: string;
  readonly intervalMs?: number;
}

/** What came of it, in words for the person. */
export interface PendingResult {
  readonly message: string;
  readonly reason?: "denied" | "expired" | "failed";
  /** Whether the connection's test passed. */
  readonly works?: boolean;
  readonly label?: string;
  readonly previousLabel?: string;
}

/** One sign-in that is under way, or was. */
export interface PendingAuthorization {
  readonly id: string;
  readonly kind: "redirect" | "device";
  readonly connection: string;
  readonly sessionHash: string;
  readonly browserHash: string | null;
  readonly status: PendingStatus;
  readonly request: PendingRequest;
  readonly result?: PendingResult;
  readonly expiresAtMs: number;
}

/**
 * Sign-ins at other systems that are under way.
 *
 * Owns: the rows of `pending_authorizations`.
 * Does not own: what is sent to the other system, the connection.
 * Invariants:
 *   P1. State, session and the browser's cookie are stored as hashes: a copy of the database finishes nobody's sign-in.
 *   P2. `take` succeeds once for each row, also when two answers come at the same moment.
 *   P3. A row that is over its time is taken by nobody; it is deleted when the next one begins.
 *   P4. A secret of a row is gone from the row when the row is settled.
 */
export class PendingAuthorizations {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;
  readonly #box: SecretBox;
  readonly #now: () => number;

  constructor(db: Kysely<Tables>, tenant: string, box: SecretBox, now: () => number) {
    this.#db = db;
    this.#tenant = tenant;
    this.#box = box;
    this.#now = now;
  }

  /** Begins one. It ends in ten minutes, or when the other system says. */
  async begin(start: {
    readonly kind: "redirect" | "device";
    readonly connection: string;
    readonly sessionHash: string;
    readonly request: PendingRequest;
    readonly secret?: string;
    readonly expiresAtMs?: number;
  }): Promise<PendingAuthorization> {
    await this.#db.deleteFrom("pending_authorizations").where("expires_at", "<", new Date(this.#now())).execute();
    const id = randomBytes(18).toString("base64url");
    const status = start.kind === "device" ? "sent" : "open";
    const expiresAtMs = start.expiresAtMs ?? this.#now() + LIFE_MS;
    await this.#db
      .insertInto("pending_authorizations")
      .values({
        tenant: this.#tenant,
        id,
        kind: start.kind,
        connection: start.connection,
        session_hash: start.sessionHash,
        browser_hash: null,
        state_hash: null,
        status,
        request: JSON.stringify(start.request),
        sealed: start.secret === undefined ? null : await this.#sealed(id, start.secret),
        result: null,
        expires_at: new Date(expiresAtMs),
      })
      .execute();
    const { kind, connection, sessionHash, request } = start;
    return { id, kind, connection, sessionHash, browserHash: null, status, request, expiresAtMs };
  }

  async find(id: string): Promise<PendingAuthorization | undefined> {
    const row = await this.#rows().where("id", "=", id).executeTakeFirst();
    return row && pending(row);
  }

  async findByState(state: string): Promise<PendingAuthorization | undefined> {
    const row = await this.#rows().where("state_hash", "=", hashed(state)).executeTakeFirst();
    return row && pending(row);
  }

  /** Those that wait for the other system's answer. */
  async sent(): Promise<readonly PendingAuthorization[]> {
    const rows = await this.#rows().where("status", "=", "sent").where("expires_at", ">", new Date(this.#now())).execute();
    return rows.map(pending);
  }

  /** The browser leaves for the other system; may be done again, which ends the state before. False: the time is over. */
  async send(
    id: string,
    parts: { readonly browserHash: string; readonly state: string; readonly secret: string; readonly request: PendingRequest },
  ): Promise<boolean> {
    const done = await this.#open(id)
      .set({
        status: "sent",
        browser_hash: parts.browserHash,
        state_hash: hashed(parts.state),
        sealed: await this.#sealed(id, parts.secret),
        request: JSON.stringify(parts.request),
      })
      .where("status", "in", ["open", "sent"])
      .executeTakeFirst();
    return done.numUpdatedRows > 0n;
  }

  /** Takes one that is at `from` for whoever finishes it, with its secret. Undefined: somebody was faster, or its time is over. */
  async take(id: string, from: "sent" | "other_account"): Promise<string | undefined> {
    const row = await this.#open(id)
      .set({ status: "finishing" })
      .where("status", "=", from)
      .returning("sealed")
      .executeTakeFirst();
    return row?.sealed == null ? undefined : await this.#box.open(row.sealed, place(id));
  }

  /** The secret of one that is being waited for. */
  async secret(id: string): Promise<string | undefined> {
    const row = await this.#rows().where("id", "=", id).executeTakeFirst();
    return row?.sealed == null ? undefined : await this.#box.open(row.sealed, place(id));
  }

  /** Asks the person, who has the same time again; `secret` waits sealed for what they say. */
  async ask(id: string, result: PendingResult, secret: string): Promise<void> {
    const expires_at = new Date(this.#now() + LIFE_MS);
    const values = {
      status: "other_account" as const,
      result: JSON.stringify(result),
      sealed: await this.#sealed(id, secret),
      expires_at,
    };
    await this.#row(id).set(values).where("status", "=", "finishing").execute();
  }

  /** The end of one that has not ended; with `from`, of one that is still there. */
  async settle(id: string, status: "done" | "failed" | "cancelled", result: PendingResult, from?: PendingStatus): Promise<void> {
    const values = { status, result: JSON.stringify(result), sealed: null };
    const row = this.#row(id).set(values).where("status", "not in", ["done", "failed", "cancelled"]);
    await (from === undefined ? row : row.where("status", "=", from)).execute();
  }

  #rows() {
    return this.#db.selectFrom("pending_authorizations").selectAll().where("tenant", "=", this.#tenant);
  }

  #row(id: string) {
    return this.#db.updateTable("pending_authorizations").where("tenant", "=", this.#tenant).where("id", "=", id);
  }

  #open(id: string) {
    return this.#row(id).where("expires_at", ">", new Date(this.#now()));
  }

  async #sealed(id: string, secret: string): Promise<string> {
    return JSON.stringify((await this.#box.seal(secret, place(id))).sealed);
  }
}

/** How secrets that a browser holds are stored and looked up. */
export function hashed(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

const place = (id: string): string => `authorization/${id}`;

function pending(row: Selectable<Tables["pending_authorizations"]>): PendingAuthorization {
  return {
    id: row.id,
    kind: row.kind,
    connection: row.connection,
    sessionHash: row.session_hash,
    browserHash: row.browser_hash,
    status: row.status,
    request: row.request,
    ...(row.result === null ? {} : { result: row.result }),
    expiresAtMs: row.expires_at.getTime(),
  };
}
