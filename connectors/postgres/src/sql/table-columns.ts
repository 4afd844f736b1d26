import type pg from "pg";

/** A column as the catalogue knows it. */
export interface TableColumn {
  readonly name: string;
  /** As PostgreSQL writes it, e.g. `timestamp with time zone`. */
  readonly type: string;
  readonly nullable: boolean;
  /** SQL of the default; null where there is none. */
  readonly default: string | null;
  readonly primaryKey: boolean;
}

/** Columns of a table or view in their order, key columns known; undefined where there is no such table. `table` is quoted. */
export async function columnsOfTable(client: pg.Client, table: string): Promise<readonly TableColumn[] | undefined> {
  const { rows: known } = await client.query<{ oid: number | null }>("SELECT to_regclass($1)::oid AS oid", [table]);
  const oid = known[0]?.oid;
  if (oid === null || oid === undefined) return undefined;
  const { rows } = await client.query<TableColumn>(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
            pg_get_expr(d.adbin, d.adrelid) AS "default", coalesce(a.attnum = ANY (i.indkey), false) AS "primaryKey"
     FROM pg_attribute a
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
     WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attnum`,
    [oid],
  );
  return rows;
}

/** The columns of the primary key in the order of the key; empty where there is none. `table` is quoted. */
export async function primaryKeyOf(client: pg.Client, table: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.attname AS name FROM pg_index i
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
     WHERE i.indrelid = to_regclass($1) AND i.indisprimary
     ORDER BY array_position(i.indkey::smallint[], a.attnum)`,
    [table],
  );
  return rows.map(({ name }) => name);
}
