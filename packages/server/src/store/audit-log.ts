import type { Kysely } from "kysely";
import { appendAudit } from "./append-audit.ts";
import type { AuditEvent } from "./audit-chain.ts";
import type { Tables } from "./tables.ts";

interface Waiting {
  readonly events: readonly AuditEvent[];
  readonly done: (seq: number) => void;
  readonly failed: (error: unknown) => void;
}

/** Where leases are written. Resolves when the events are stored for good, with the number of the last of them. */
export interface AuditSink {
  append(events: readonly AuditEvent[]): Promise<number>;
}

/**
 * Appends events of one tenant, those that come meanwhile together.
 *
 * Owns: the line of events that wait in this process.
 * Invariants:
 *   A1. `append` resolves after its events are committed, in the order in which they came.
 *   A2. However many wait, one transaction is under way: a busy chain costs one round trip for all.
 */
export class AuditLog implements AuditSink {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(db: Kysely<Tables>, tenant: string, now: () => number) {
    this.#db = db;
    this.#tenant = tenant;
    this.#now = now;
  }

  append(events: readonly AuditEvent[]): Promise<number> {
    return new Promise((done, failed) => {
      this.#waiting.push({ events, done, failed });
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const events = batch.flatMap((each) => each.events);
      try {
        const last = await this.#db.transaction().execute((trx) => appendAudit(trx, this.#tenant, events, this.#now()));
        for (const { done } of batch) done(last);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = false;
  }
}
