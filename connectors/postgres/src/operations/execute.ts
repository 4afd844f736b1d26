import { type Json, type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { outcomes } from "../errors/outcomes.ts";
import { sqlError } from "../errors/sql-error.ts";
import { paramsField, rowSchema, sqlField } from "../fields.ts";
import type { Row } from "../rows/read-rows.ts";
import { inTransaction } from "../session/with-session.ts";
import { type PostgresSettings, postgresSettings } from "../settings.ts";
import { jsonTypes } from "../values/json-types.ts";

const input = t.Object({ sql: sqlField, params: paramsField });

/** Commands after which a session is as it was; after any other it is not used again. */
const HARMLESS = /^(SELECT|INSERT|UPDATE|DELETE|MERGE|CREATE|ALTER|DROP|TRUNCATE|COMMENT|GRANT|REVOKE|CALL)$/;

type ExecuteInput = Static<typeof input>;

/** Runs any one statement in a transaction of its own. */
export const execute = operation(
  {
    title: "Execute",
    description: "Runs one SQL statement that changes something. It is not repeated by itself when its outcome is unknown.",
    effect: "execute",
    reversible: false,
    idempotency: "none",
    settings: postgresSettings,
    input,
    output: t.Object({
      count: t.Integer({ description: "Rows changed, or returned." }),
      rows: t.Array(rowSchema, { description: "What RETURNING gave." }),
    }),
    outcomes,
    attemptTimeoutMs: 110_000,
    examples: [{ input: { sql: "UPDATE strikes SET cost = $1 WHERE id = $2", params: [0, 7] }, output: { count: 1, rows: [] } }],
  },
  native({ reason: "Speaks the protocol of PostgreSQL.", uses: ["network"], call: runStatement }),
);

async function runStatement(input: ExecuteInput, ctx: NativeContext<PostgresSettings>): Promise<{ count: number; rows: Row[] }> {
  let command = "";
  const options = { readOnly: false, beforeCommit: () => ctx.commitPoint(), reusable: () => HARMLESS.test(command) };
  return inTransaction(ctx, options, async (client) => {
    const statement = { text: input.sql, values: (input.params ?? []) as Json[], queryMode: "extended", types: jsonTypes };
    const result = await client.query<Row>(statement).catch((error: unknown) => {
      throw sqlError(error, input.sql);
    });
    command = result.command?.split(" ")[0] ?? "";
    return { count: result.rowCount ?? 0, rows: result.rows };
  });
}
