import { type NativeContext, native, operation, t } from "@mortise/sdk";
import { outcomes } from "../errors/outcomes.ts";
import { inTransaction } from "../session/with-session.ts";
import { type PostgresSettings, postgresSettings } from "../settings.ts";

/** Proves that the connection works: signs in and asks who it is. */
export const testConnection = operation(
  {
    title: "Test",
    description: "Signs in and tells the server's version, the database and the user.",
    effect: "read",
    settings: postgresSettings,
    input: t.Object({}),
    output: t.Object({ version: t.String(), database: t.String(), user: t.String() }),
    outcomes,
    examples: [{ input: {}, output: { version: "PostgreSQL 18.0", database: "app", user: "ada" } }],
  },
  native({ reason: "Speaks the protocol of PostgreSQL.", uses: ["network"], call: whoAmI }),
);

async function whoAmI(
  _input: object,
  ctx: NativeContext<PostgresSettings>,
): Promise<{ version: string; database: string; user: string }> {
  return inTransaction(ctx, { readOnly: true }, async (client) => {
    const { rows } = await client.query<{ version: string; database: string; user: string }>(
      `SELECT split_part(version(), ' on ', 1) AS version, current_database() AS database, current_user AS "user"`,
    );
    return rows[0] as { version: string; database: string; user: string };
  });
}
