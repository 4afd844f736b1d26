import { MortiseError } from "@mortise/contract";
import type pg from "pg";

/** Any number that our processes agree on. */
const LOCK = 6_837_462;
const POLL_MS = 50;

/**
 * Lets one process at a time create tables. It polls: a session that blocks on an advisory lock holds a snapshot, for which
 * DBOS's CREATE INDEX CONCURRENTLY would wait for ever. Throws `DATABASE_UNAVAILABLE` after `waitMs`.
 */
export async function withLaunchLock<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>, waitMs = 60_000): Promise<T> {
  const client = await pool.connect();
  client.on("error", ignore);
  try {
    for (const until = Date.now() + waitMs; ; ) {
      const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1) as locked", [LOCK]);
      if (rows[0]?.locked) break;
      if (Date.now() > until)
        throw new MortiseError(
          "DATABASE_UNAVAILABLE",
          `Another process has been preparing the database for more than ${waitMs} ms.`,
          {
            remedy: "Look for a Mortise process that hangs, and end it.",
          },
        );
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    try {
      return await work(client);
    } finally {
      await client.query("select pg_advisory_unlock($1)", [LOCK]).catch(ignore);
    }
  } finally {
    client.off("error", ignore);
    client.release();
  }
}

function ignore(): void {}
