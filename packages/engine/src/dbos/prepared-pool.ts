import { createHash } from "node:crypto";
import pg from "pg";

/** Distinct statements that one process prepares; beyond that they are sent as they are. */
const MOST_NAMES = 500;
const names = new Map<string, string | undefined>();

/** A client that sends every parametrised statement as a named prepared one: PostgreSQL then parses and plans it once a session. */
class PreparingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const send = this.query.bind(this) as (...args: unknown[]) => unknown;
    const query = (text: unknown, values: unknown, ...rest: unknown[]) => {
      const name = typeof text === "string" && Array.isArray(values) ? statementName(text) : undefined;
      return name === undefined ? send(text, values, ...rest) : send({ name, text, values }, ...rest);
    };
    this.query = query as typeof this.query;
  }
}

function statementName(text: string): string | undefined {
  if (names.has(text)) return names.get(text);
  if (names.size >= MOST_NAMES) return undefined;
  const name = /^\s*(select|insert|update|delete|with)\b/i.test(text)
    ? `m${createHash("sha256").update(text).digest("base64url").slice(0, 20)}`
    : undefined;
  names.set(text, name);
  return name;
}

/** Options of {@link preparedPool}. */
export interface PreparedPoolOptions {
  readonly connection: pg.PoolConfig;
  /** Connections at most; absent: 20. */
  readonly max?: number;
  /** False for a pooler that knows no prepared statements (PgBouncer before 1.21 in transaction mode); absent: true. */
  readonly prepare?: boolean;
}

/**
 * The pool that DBOS and our own tables share. An idle connection that breaks is dropped without a word: the next query
 * opens a new one. A transaction of a stopped process is ended by the server after 5 s, so that its locks do not hold up
 * whoever takes its runs over.
 */
export function preparedPool(options: PreparedPoolOptions): pg.Pool {
  const pool = new pg.Pool({
    application_name: "mortise",
    idle_in_transaction_session_timeout: 5_000,
    keepAlive: true,
    ...options.connection,
    max: options.max ?? 20,
    ...((options.prepare ?? true) ? { Client: PreparingClient } : {}),
  });
  pool.on("error", () => {});
  return pool;
}
