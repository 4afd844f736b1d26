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
  icon: "icon.svg",
  support: "https://mortise.dev/support",
  homepage: "https://www.postgresql.org",
  settings: postgresSettings,
  hosts: ["{settings.host}"],
  auth: {
    password: basic({
      title: "User and password",
      help: "A role of the database that may log in; its administrator knows it.",
      test: "test",
    }),
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
  waivers: [
    {
      check: "MC031",
      reason: "A server limits connections, not calls: the setting maxConnections is that limit, and calls wait for one of them.",
      owner: "mortise",
      expires: "2027-11-30",
    },
    {
      check: "MC043",
      path: "/privacy",
      reason: "The server is the one that the connection names; what it does with data is for its operator to say.",
      owner: "mortise",
      expires: "2027-11-30",
    },
  ],
  changelog: [
    {
      version: "1.0.0",
      date: "2026-11-21",
      changes: ["Query, insert, upsert and stream rows, run statements, create, list and describe tables."],
    },
  ],
});
