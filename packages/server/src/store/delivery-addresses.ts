import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** For what an address takes deliveries. */
export interface DeliveryAddress {
  /** Name without a version. */
  readonly connector: string;
  readonly scheme: string;
}

/**
 * Addresses that other systems deliver codes to, one a connector and auth scheme: that is how they are registered with an app.
 *
 * Owns: the rows of `delivery_addresses`.
 * Invariants:
 *   D1. Nobody guesses an address, and it stays the same: it is registered elsewhere.
 */
export class DeliveryAddresses {
  readonly #db: Kysely<Tables>;
  readonly #tenant: string;

  constructor(db: Kysely<Tables>, tenant: string) {
    this.#db = db;
    this.#tenant = tenant;
  }

  /** The id of the address; made where there is none. */
  async idOf({ connector, scheme }: DeliveryAddress): Promise<string> {
    const fresh = { tenant: this.#tenant, connector, scheme, id: randomBytes(24).toString("base64url") };
    await this.#db
      .insertInto("delivery_addresses")
      .values(fresh)
      .onConflict((conflict) => conflict.columns(["tenant", "connector", "scheme"]).doNothing())
      .execute();
    const row = await this.#db
      .selectFrom("delivery_addresses")
      .select("id")
      .where("tenant", "=", this.#tenant)
      .where("connector", "=", connector)
      .where("scheme", "=", scheme)
      .executeTakeFirstOrThrow();
    return row.id;
  }

  async find(id: string): Promise<DeliveryAddress | undefined> {
    return await this.#db
      .selectFrom("delivery_addresses")
      .select(["connector", "scheme"])
      .where("tenant", "=", this.#tenant)
      .where("id", "=", id)
      .executeTakeFirst();
  }
}
