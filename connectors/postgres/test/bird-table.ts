import { type Connection, createRuntime, type Runtime } from "@mortise/runtime";
import type { Json } from "@mortise/sdk";
import { afterAll, beforeEach } from "vitest";
import postgres from "../src/connector.ts";
import { testDatabase } from "./test-database.ts";

type Called = Awaited<ReturnType<Runtime["call"]>>;

/** A runtime over a real database with a table `birds` that is made anew before each test. */
export interface BirdTable {
  readonly runtime: Runtime;
  readonly connection: Connection;
  readonly settings: { readonly socket: string; readonly port: number; readonly user: string };
  /** Calls an operation; `more` are further fields of the request. */
  call(operation: string, input: object, more?: object): Promise<Called>;
  /** Output of a call that must succeed. */
  output(operation: string, input: object, more?: object): Promise<Json>;
  /** Rows of a query. */
  rowsOf(sql: string, params?: readonly Json[]): Promise<Json>;
}

/** A row of the table. */
export const bird = (id: number, name = `Bird ${id}`): { id: number; name: string } => ({ id, name });

/** Opens database and runtime for a test file and closes them at its end. */
export async function birdTable(): Promise<BirdTable> {
  const database = await testDatabase();
  const { settings } = database;
  const runtime = createRuntime({
    connectors: [postgres],
    egress: { allow: [`unix:${settings.socket}`, "tcp://127.0.0.1:*", "tcp://localhost:*"] },
  });
  const connection: Connection = { name: "main", connector: "postgres", auth: "none", settings };
  const call: BirdTable["call"] = (operation, input, more = {}) => asCalled(runtime, operation, input, { connection, ...more });
  const output: BirdTable["output"] = async (operation, input, more = {}) => {
    const result = await call(operation, input, more);
    if (result.outcome !== "success") throw new Error(`${operation}: ${result.error.code} ${result.error.message}`);
    return result.output as Json;
  };
  const rowsOf: BirdTable["rowsOf"] = async (sql, params = []) =>
    ((await output("query", { sql, params })) as { rows: Json }).rows;
  afterAll(async () => {
    await runtime.close();
    await database.stop();
  });
  beforeEach(async () => {
    await output("execute", { sql: "DROP TABLE IF EXISTS birds, odd" });
    await output("createTable", {
      table: "birds",
      columns: [
        { name: "id", type: "integer" },
        { name: "name", type: "text", required: true },
        { name: "cost", type: "decimal" },
        { name: "seen", type: "datetime" },
        { name: "more", type: "json" },
      ],
      primaryKey: ["id"],
    });
  });
  return { runtime, connection, settings, call, output, rowsOf };
}

/** Input goes through JSON, as it does on its way from a workflow. */
const asCalled = (runtime: Runtime, operation: string, input: object, more: object): Promise<Called> =>
  runtime.call(`postgres/${operation}`, { input: JSON.parse(JSON.stringify(input)) as Json, ...more });
