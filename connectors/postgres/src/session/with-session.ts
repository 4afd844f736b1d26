import type { NativeContext } from "@mortise/sdk";
import type pg from "pg";
import { connectionLost, sqlError } from "../errors/sql-error.ts";
import type { PostgresSettings } from "../settings.ts";
import { openSession, type Session } from "./open-session.ts";
import { SessionPool } from "./session-pool.ts";

/** How a transaction is done. */
export interface TransactionOptions {
  readonly readOnly: boolean;
  /** Called when all is done and only COMMIT is left. */
  readonly beforeCommit?: () => Promise<void>;
  /** Whether the session may be used again; asked after the transaction. Absent: it may. */
  readonly reusable?: () => boolean;
}

type Context = NativeContext<PostgresSettings>;

/**
 * Runs work in one transaction on a session of the connection's pool. A reading transaction is rolled back, so that nothing it did to
 * the session stays; a writing one is committed where the work succeeds.
 */
export async function inTransaction<T>(
  ctx: Context,
  options: TransactionOptions,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const pages = transactionPages(ctx, options, async function* (client) {
    yield await work(client);
  });
  let result: { value: T } | undefined;
  for await (const value of pages) result = { value };
  return (result as { value: T }).value;
}

/** Like {@link inTransaction}, for work that gives results one after the other; the transaction ends when the consumer stops. */
export async function* transactionPages<T>(
  ctx: Context,
  options: TransactionOptions,
  work: (client: pg.Client) => AsyncGenerator<T>,
): AsyncGenerator<T> {
  const pool = await ctx.resource(
    "sessions",
    async () => new SessionPool(ctx.settings.maxConnections ?? 5),
    (old) => old.close(),
  );
  const session = await pool.acquire(() => openSession(ctx), ctx.signal);
  const lost = lossOf(session);
  const abort = () => session.abort();
  ctx.signal.addEventListener("abort", abort, { once: true });
  let clean = false;
  try {
    await session.client.query(options.readOnly ? "BEGIN READ ONLY" : "BEGIN");
    yield* untilLost(work(session.client), lost.promise);
    if (!options.readOnly) {
      await options.beforeCommit?.();
      await session.client.query("COMMIT");
      clean = options.reusable?.() ?? true;
    }
  } catch (error) {
    ctx.signal.throwIfAborted();
    throw sqlError(error);
  } finally {
    ctx.signal.removeEventListener("abort", abort);
    lost.forget();
    if (!clean && session.alive) clean = await rolledBack(session.client, options);
    await pool.release(session, clean);
  }
}

async function rolledBack(client: pg.Client, options: TransactionOptions): Promise<boolean> {
  try {
    await client.query("ROLLBACK");
    return options.reusable?.() ?? true;
  } catch {
    return false;
  }
}

/** Fails when the session ends. The driver's row streams wait for ever on a connection that is gone. */
function lossOf({ client }: Session): { readonly promise: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const gone = () => reject(connectionLost());
  client.on("error", gone).on("end", gone);
  return { promise, forget: () => void client.off("error", gone).off("end", gone) };
}

async function* untilLost<T>(items: AsyncGenerator<T>, lost: Promise<never>): AsyncGenerator<T> {
  let stuck = false;
  try {
    while (true) {
      const step = await Promise.race([items.next(), lost.finally(() => (stuck = true))]);
      if (step.done) return;
      yield step.value;
    }
  } finally {
    if (!stuck) await items.return(undefined);
  }
}
