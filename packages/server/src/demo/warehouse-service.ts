import { MortiseError } from "@mortise/contract";
import { embeddedPostgres } from "@mortise/engine";
import pg from "pg";

/** A database of the demo's own beside Mortise's, in the same embedded server. */
export interface Warehouse {
  /** Folder of the Unix socket. */
  readonly socket: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  table(
    name: string,
    limit: number,
  ): Promise<{ readonly columns: readonly string[]; readonly rows: readonly object[]; readonly count: number }>;
  close(): Promise<void>;
}

const DATABASE = "demo";

/** Opens the demo's target database, made at the first start. */
export async function openWarehouse(dataDir: string): Promise<Warehouse> {
  const server = await embeddedPostgres({ dataDir });
  const { host, port, user } = server.connection;
  if (host === undefined || port === undefined || user === undefined)
    throw new MortiseError("DATABASE_UNAVAILABLE", "The embedded database has no socket.");
  const admin = new pg.Client({ ...server.connection });
  await admin.connect();
  try {
    const { rowCount } = await admin.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (rowCount === 0) await admin.query(`create database ${DATABASE}`);
  } finally {
    await admin.end();
  }
  const pool = new pg.Pool({ ...server.connection, database: DATABASE, max: 2, types: { getTypeParser: asWritten } });
  pool.on("error", () => {});
  return {
    socket: host,
    port,
    user: typeof user === "string" ? user : "",
    database: DATABASE,
    table: async (name, limit) => {
      const known = await pool.query(
        "select 1 from information_schema.tables where table_schema = 'public' and table_name = $1",
        [name],
      );
      if (known.rowCount === 0) return { columns: [], rows: [], count: 0 };
      const quoted = pg.escapeIdentifier(name);
      const [{ rows, fields }, count] = await Promise.all([
        pool.query<object>(`select * from ${quoted} limit $1`, [limit]),
        pool.query<{ n: number }>(`select count(*)::int as n from ${quoted}`),
      ]);
      return { columns: fields.map((field) => field.name), rows, count: count.rows[0]?.n ?? 0 };
    },
    close: async () => {
      await pool.end();
      await server.stop();
    },
  };
}

/** Dates and times stay the text that the database wrote: as `Date`, a day east of Greenwich becomes the day before. */
function asWritten(type: number, format?: "text" | "binary") {
  const { DATE, TIMESTAMP, TIMESTAMPTZ } = pg.types.builtins;
  if ([DATE, TIMESTAMP, TIMESTAMPTZ].includes(type)) return (text: string) => text;
  return format === "binary" ? pg.types.getTypeParser(type, "binary") : pg.types.getTypeParser(type, "text");
}
