import { randomBytes, randomUUID } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import type { Kysely, Selectable } from "kysely";
import type { SecretBox } from "../connect/secret-box.ts";
import type { TriggerTables } from "../triggers/store/trigger-tables.ts";

/** What happens here that endpoints can be told of. */
export const EVENT_TYPES = ["run.succeeded", "run.failed", "run.cancelled", "endpoint.test"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An address that is told of events. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  /** Empty: all. */
  readonly events: readonly string[];
  readonly description: string;
  readonly enabled: boolean;
  /** Why it is off, where nobody has turned it off. */
  readonly disabledReason?: string;
  readonly createdAtMs: number;
}

/** How long the secret before signs too after a rotation. */
const OVERLAP_MS = 86_400_000;
const MOST_ENDPOINTS = 100;

interface SealedSecrets {
  readonly current: string;
  readonly previous?: { readonly secret: string; readonly untilMs: number };
}

/**
 * The addresses that are told of events.
 *
 * Owns: the rows of `webhook_endpoints`.
 * Invariants:
 *   E1. A secret is stored sealed, and shown once, when it is made.
 */
export class WebhookEndpoints {
  readonly #db: Kysely<TriggerTables>;
  readonly #tenant: string;
  readonly #box: SecretBox;
  readonly #now: () => number;

  constructor(db: Kysely<TriggerTables>, tenant: string, box: SecretBox, now: () => number) {
    this.#db = db;
    this.#tenant = tenant;
    this.#box = box;
    this.#now = now;
  }

  async list(): Promise<readonly WebhookEndpoint[]> {
    const rows = await this.#db
      .selectFrom("webhook_endpoints")
      .selectAll()
      .where("tenant", "=", this.#tenant)
      .orderBy("created_at")
      .execute();
    return rows.map(endpoint);
  }

  async find(id: string): Promise<WebhookEndpoint | undefined> {
    const row = await this.#row(id);
    return row && endpoint(row);
  }

  /** Throws `LIMIT_EXCEEDED` beyond 100 endpoints. */
  async create(given: {
    readonly url: string;
    readonly events: readonly string[];
    readonly description: string;
  }): Promise<{ readonly id: string; readonly secret: string }> {
    if ((await this.list()).length >= MOST_ENDPOINTS)
      throw new MortiseError("LIMIT_EXCEEDED", `There are ${MOST_ENDPOINTS} endpoints already.`);
    const id = `we-${randomUUID()}`;
    const secret = newSecret();
    await this.#db
      .insertInto("webhook_endpoints")
      .values({
        tenant: this.#tenant,
        id,
        url: given.url,
        events: JSON.stringify(given.events),
        description: given.description,
        disabled_reason: null,
        created_at: new Date(this.#now()),
        ...(await this.#sealed(id, { current: secret })),
      })
      .execute();
    return { id, secret };
  }

  async change(
    id: string,
    changes: {
      readonly url?: string;
      readonly events?: readonly string[];
      readonly description?: string;
      readonly enabled?: boolean;
    },
  ): Promise<boolean> {
    const { events, enabled, ...plain } = changes;
    const done = await this.#db
      .updateTable("webhook_endpoints")
      .set({
        ...plain,
        ...(events === undefined ? {} : { events: JSON.stringify(events) }),
        ...(enabled === undefined ? {} : { enabled, disabled_reason: null }),
        id,
      })
      .where("tenant", "=", this.#tenant)
      .where("id", "=", id)
      .executeTakeFirst();
    return done.numUpdatedRows > 0n;
  }

  /** Turns an endpoint off by itself. */
  async disable(id: string, reason: string): Promise<void> {
    await this.#db
      .updateTable("webhook_endpoints")
      .set({ enabled: false, disabled_reason: reason })
      .where("tenant", "=", this.#tenant)
      .where("id", "=", id)
      .execute();
  }

  /** Makes a new secret; the one before signs too for a day. */
  async rotate(id: string): Promise<string | undefined> {
    const row = await this.#row(id);
    if (row === undefined) return undefined;
    const { current } = await this.#opened(row);
    const secret = newSecret();
    const secrets = { current: secret, previous: { secret: current, untilMs: this.#now() + OVERLAP_MS } };
    await this.#db
      .updateTable("webhook_endpoints")
      .set(await this.#sealed(id, secrets))
      .where("tenant", "=", this.#tenant)
      .where("id", "=", id)
      .execute();
    return secret;
  }

  async remove(id: string): Promise<boolean> {
    const done = await this.#db
      .deleteFrom("webhook_endpoints")
      .where("tenant", "=", this.#tenant)
      .where("id", "=", id)
      .executeTakeFirst();
    return done.numDeletedRows > 0n;
  }

  /** The secrets that sign now. */
  async secrets(id: string): Promise<readonly string[]> {
    const row = await this.#row(id);
    if (row === undefined) return [];
    const { current, previous } = await this.#opened(row);
    return [current, ...(previous !== undefined && previous.untilMs > this.#now() ? [previous.secret] : [])];
  }

  #row(id: string) {
    return this.#db
      .selectFrom("webhook_endpoints")
      .selectAll()
      .where("tenant", "=", this.#tenant)
      .where("id", "=", id)
      .executeTakeFirst();
  }

  async #opened(row: Selectable<TriggerTables["webhook_endpoints"]>): Promise<SealedSecrets> {
    return JSON.parse(await this.#box.open(row.sealed, place(row.id))) as SealedSecrets;
  }

  async #sealed(id: string, secrets: SealedSecrets) {
    const { kekId, sealed } = await this.#box.seal(JSON.stringify(secrets), place(id));
    return { kek_id: kekId, sealed: JSON.stringify(sealed) };
  }
}

const place = (id: string): string => `webhook-endpoint/${id}`;
const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

function endpoint(row: Selectable<TriggerTables["webhook_endpoints"]>): WebhookEndpoint {
  return {
    id: row.id,
    url: row.url,
    events: row.events,
    description: row.description ?? "",
    enabled: row.enabled,
    ...(row.disabled_reason === null ? {} : { disabledReason: row.disabled_reason }),
    createdAtMs: row.created_at.getTime(),
  };
}
