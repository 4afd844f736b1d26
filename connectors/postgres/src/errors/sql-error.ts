import { isMortiseError } from "@mortise/sdk";
import pg from "pg";

/** An error of the server or the driver with the SQLSTATE that the outcome table looks at. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  /** SQLSTATE (PostgreSQL, appendix A), or the code of the network. */
  readonly code: string;

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Turns what the driver throws into an error that says all the server said; others stay as they are. `sql` gives positions a line. */
export function sqlError(error: unknown, sql?: string): unknown {
  if (error instanceof SqlError || isMortiseError(error)) return error;
  if (error instanceof pg.DatabaseError && error.code) return new SqlError(error.code, describe(error, sql), error);
  if (error instanceof Error && /^(Connection terminated|Client (has encountered|was closed))/.test(error.message)) {
    return connectionLost(error);
  }
  return error;
}

/** The connection ended while something was under way: nobody knows how far the server got. */
export function connectionLost(cause?: unknown): SqlError {
  return new SqlError("ECONNRESET", "The connection to the server was lost.", cause);
}

function describe(error: pg.DatabaseError, sql: string | undefined): string {
  const parts = [`${error.message}${sql && error.position ? ` ${placeOf(sql, Number(error.position))}` : ""}`];
  if (error.detail) parts.push(error.detail);
  if (error.hint) parts.push(`Hint: ${error.hint}`);
  const more = HINTS[error.code ?? ""];
  if (more) parts.push(more);
  return parts
    .map((part) => part.replace(/[.\s]+$/, ""))
    .join(". ")
    .concat(".");
}

/** What people need to know beyond what the server says. */
const HINTS: { readonly [code: string]: string | undefined } = {
  "25006": "Use the operation execute for statements that change something",
  "42P10": "The key columns need a primary key or a unique index on exactly them",
  "21000": "Two rows of one call have the same key",
};

/** `at line 2, column 8`; the server counts characters from 1. */
function placeOf(sql: string, position: number): string {
  const before = sql.slice(0, position - 1).split("\n");
  return `at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
