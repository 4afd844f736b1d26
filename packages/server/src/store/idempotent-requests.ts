import { createHash, randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/** Whose key it is, and for what: the same key of somebody else, or for another route, is another key. */
export interface RequestScope {
  readonly tenant: string;
  readonly principal: string;
  /** Method and pattern of the route. */
  readonly route: string;
  readonly key: string;
}

/** An answer as it was sent. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** The right to carry a request out. */
export interface RequestClaim {
  readonly scope: RequestScope;
  readonly claim: string;
  /** The same for whoever takes the request over, so that what it makes can carry it as its id: 32 hexadecimal digits. */
  readonly stableId: string;
}

/** What is to be done with a request. */
export type RequestTurn =
  | { readonly kind: "claimed"; readonly claim: RequestClaim }
  | { readonly kind: "answered"; readonly answer: StoredAnswer }
  | { readonly kind: "in-progress" }
  | { readonly kind: "other-request" };

/** How long a key is remembered, and how long whoever claimed a request may take before it is taken over. As PostgreSQL says intervals. */
const KEPT = "72 hours";
const LEASE = "60 seconds";

/**
 * Which requests with an `Idempotency-Key` are carried out, and what they were answered (draft-ietf-httpapi-idempotency-key-header-07).
 *
 * Owns: the rows of `idempotent_requests`.
 * Does not own: which routes take a key, which answers are kept.
 * Invariants:
 *   I1. A request is claimed by an insert, before anything is done for it: of all that come at once, one is.
 *   I2. Times are the database's: no process's clock decides who may take over.
 *   I3. Whoever was taken over stores nothing: the claim is another one by then.
 *   I4. The key itself is not stored, only its digest.
 */
export class IdempotentRequests {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Claims a request, or says what became of the one that has this key. */
  async claim(scope: RequestScope, fingerprint: string): Promise<RequestTurn> {
    const { tenant, principal, route } = scope;
    const place = { tenant, principal, route, key_hash: digest([scope.key]) };
    const claim = randomUUID();
    const leaseUntil = sql<Date>`now() + ${LEASE}::interval`;
    const fresh = { fingerprint, claim, lease_until: leaseUntil, status: null, headers: null, body: null };
    const made = await this.#db
      .insertInto("idempotent_requests")
      .values({ ...place, ...fresh })
      .onConflict((conflict) =>
        conflict
          .columns(["tenant", "principal", "route", "key_hash"])
          .doUpdateSet({ ...fresh, created_at: sql`now()` })
          .where("idempotent_requests.created_at", "<", sql<Date>`now() - ${KEPT}::interval`),
      )
      .returning("created_at")
      .executeTakeFirst();
    if (made !== undefined) return claimed(scope, claim, made.created_at);
    const found = await this.#at(scope).select(["fingerprint", "status", "headers", "body"]).executeTakeFirst();
    if (found === undefined) return { kind: "in-progress" };
    if (found.fingerprint !== fingerprint) return { kind: "other-request" };
    if (found.status !== null)
      return { kind: "answered", answer: { status: found.status, headers: found.headers ?? {}, body: found.body ?? "" } };
    const taken = await this.#row(scope)
      .set({ claim, lease_until: leaseUntil })
      .where("status", "is", null)
      .where("lease_until", "<", sql<Date>`now()`)
      .returning("created_at")
      .executeTakeFirst();
    return taken === undefined ? { kind: "in-progress" } : claimed(scope, claim, taken.created_at);
  }

  /** Keeps the answer. False: somebody else has taken the request over. */
  async complete({ scope, claim }: RequestClaim, { status, headers, body }: StoredAnswer): Promise<boolean> {
    const done = await this.#row(scope)
      .set({ status, headers: JSON.stringify(headers), body })
      .where("claim", "=", claim)
      .executeTakeFirst();
    return done.numUpdatedRows > 0n;
  }

  /** Lets a request go that did nothing: its key is free, for another body too. */
  async release({ scope, claim }: RequestClaim): Promise<void> {
    const { tenant, principal, route, key } = scope;
    await this.#db
      .deleteFrom("idempotent_requests")
      .where("tenant", "=", tenant)
      .where("principal", "=", principal)
      .where("route", "=", route)
      .where("key_hash", "=", digest([key]))
      .where("claim", "=", claim)
      .where("status", "is", null)
      .execute();
  }

  /** Lets a request go that may have done a part: the same request may be carried out again at once, as the same. */
  async hand({ scope, claim }: RequestClaim): Promise<void> {
    await this.#row(scope).set({ lease_until: sql<Date>`now() - interval '1 second'` }).where("claim", "=", claim).execute();
  }

  /** Removes what is too old to be remembered; returns how many. */
  async purge(): Promise<number> {
    const gone = await this.#db
      .deleteFrom("idempotent_requests")
      .where("created_at", "<", sql<Date>`now() - ${KEPT}::interval`)
      .executeTakeFirst();
    return Number(gone.numDeletedRows);
  }

  #row({ tenant, principal, route, key }: RequestScope) {
    return this.#db
      .updateTable("idempotent_requests")
      .where("tenant", "=", tenant)
      .where("principal", "=", principal)
      .where("route", "=", route)
      .where("key_hash", "=", digest([key]));
  }

  #at({ tenant, principal, route, key }: RequestScope) {
    return this.#db
      .selectFrom("idempotent_requests")
      .where("tenant", "=", tenant)
      .where("principal", "=", principal)
      .where("route", "=", route)
      .where("key_hash", "=", digest([key]));
  }
}

/** A key that is used anew after its time names something new. */
function claimed(scope: RequestScope, claim: string, createdAt: Date): RequestTurn {
  const { tenant, principal, route, key } = scope;
  const stableId = digest([tenant, principal, route, key, createdAt.toISOString()]).slice(0, 32);
  return { kind: "claimed", claim: { scope, claim, stableId } };
}

const digest = (parts: readonly string[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("hex");
