import { basic, defineConnector, none } from "@mortise/sdk";
import { createTable } from "./operations/create-table.ts";
import { describeTable } from "./operations/describe-table.ts";
import { execute } from "./operations/execute.ts";
import { insertRows } from "./operations/insert-rows.ts";
import { listTables } from "./operations/list-tables.ts";
import { query } from "./operations/query.ts";
import { streamRows } from "./operations/stream-rows.ts";
import { testConnection } from "./operations/test-connection.ts";
import { upsertRows } from "./operations/upsert-rows.ts";
import { postgresSettings } from "./settings.ts";

/** PostgreSQL: queries, streams of rows, and writes in batches. */
export default defineConnector({
  name: "postgres",
  version: "1.0.0",
  title: "PostgreSQL",
  publisher: "mortise",
  description: "Reads and writes tables of a PostgreSQL database.",
  categories: ["database"],
  license: "Apache-2.0",
  homepage: "https://www.postgresql.org",
  settings: postgresSettings,
  hosts: ["{settings.host}"],
  auth: {
    password: basic({ title: "User and password", test: "test" }),
    none: none({ title: "No password (Unix socket or trusted address)", test: "test" }),
  },
  operations: {
    query,
    streamRows,
    insertRows,
    upsertRows,
    execute,
    createTable,
    listTables,
    describeTable,
    test: testConnection,
  },
  changelog: [
    {
      version: "1.0.0",
      date: "2026-11-21",
      changes: ["Query, insert, upsert and stream rows, run statements, create, list and describe tables."],
    },
  ],
});
