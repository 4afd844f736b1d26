// Pins: a key that counts as unused and is destroyed while secrets of webhooks are under it.
import { Vault } from "@mortise/auth";
import { Kysely, PostgresDialect, sql } from "kysely";
import { expect, test } from "vitest";
import { secretBox } from "../../src/connect/secret-box.ts";
import { WebhookEndpoints } from "../../src/outgoing/webhook-endpoints.ts";
import { TriggerSecrets } from "../../src/triggers/store/trigger-secrets.ts";
import type { TriggerTables } from "../../src/triggers/store/trigger-tables.ts";
import { keyReferences, rotateKeys } from "../../src/vault/rotate-keys.ts";
import { vaultDatabase } from "../support/vault-database.ts";

test("secrets of triggers, secret addresses and endpoints move to the new key, and open there", async () => {
  const database = await vaultDatabase();
  try {
    const db = new Kysely<TriggerTables>({ dialect: new PostgresDialect({ pool: database.pool }) }).withSchema("mortise");
    const vault = () => new Vault({ keys: database.keys, now: Date.now });
    const before = secretBox("default", vault());
    const secrets = new TriggerSecrets(db, "default", before, Date.now);
    await sql`insert into mortise.workflows (id, revision, name, document) values ('w', 1, 'w', '{}')`.execute(db);
    const first = await secrets.rotate("w", undefined, 0);
    const second = await secrets.rotate("w", undefined, 60_000);
    const path = await secrets.path("w");
    const endpoints = new WebhookEndpoints(db, "default", before, Date.now);
    const { id, secret } = await endpoints.create({ url: "https://a.example", events: [], description: "" });
    const old = await database.keys.current();

    const report = await rotateKeys({ ...database, vault: vault(), tenant: "default", actor: "cli", now: Date.now });
    expect(report).toMatchObject({ done: 4, total: 4, refused: [], unused: [old] });
    expect((await keyReferences(database.db)).get(report.toKey)).toBe(4);
    const after = secretBox("default", vault());
    expect((await new TriggerSecrets(db, "default", after, Date.now).read("w")).secrets).toEqual([second, first]);
    expect(await new TriggerSecrets(db, "default", after, Date.now).path("w")).toBe(path);
    expect(await new WebhookEndpoints(db, "default", after, Date.now).secrets(id)).toEqual([secret]);
  } finally {
    await database.close();
  }
});
