import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { type PostgresAccount, postgresAccount } from "./postgres-account.ts";
import { type PostgresBinaries, postgresBinaries } from "./postgres-binaries.ts";
import { ensureCluster, failed, PORT, spawnServer, stopServer, USER } from "./postgres-cluster.ts";
import { type PostgresFolder, postgresFolder } from "./postgres-folder.ts";

/** Options of {@link embeddedPostgres}. */
export interface EmbeddedPostgresOptions {
  /** Folder of this deployment; the database lives in its `postgres` folder. Made when absent. */
  readonly dataDir: string;
  /** How long a server that is stopping or recovering may take, ms; absent: 20,000. */
  readonly startTimeoutMs?: number;
}

/** A running embedded PostgreSQL that this process uses. */
export interface EmbeddedPostgres {
  /** How to connect: a Unix socket, no password, no TCP port. */
  readonly connection: pg.PoolConfig;
  /** True when it ran already. */
  readonly attached: boolean;
  /** Lets go of it; the last process that does stops the server. */
  stop(): Promise<void>;
}

/** Any number that our processes agree on. */
const DOOR = 6_837_461;
const PRESENCE = "mortise-presence";
const RETRY_MS = 20;
const RETRY_START_MS = 250;

/**
 * Runs the PostgreSQL that npm installed, or attaches to the one that runs on this folder already.
 * Throws `DATABASE_UNAVAILABLE` with the remedy where that is not possible (Alpine, no passwd line, Windows).
 */
export async function embeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const account = postgresAccount();
  const folder = postgresFolder(options.dataDir, account);
  const server = new Server(folder, account, options.startTimeoutMs ?? 20_000);
  const attached = await server.enter();
  return {
    connection: { ...server.connection },
    attached,
    stop: () => server.leave(),
  };
}

/**
 * One process's share in the server of one data folder.
 *
 * Owns: the presence connection, which tells the others that we are here; the server process while it starts.
 * Does not own: the pools of those who connect.
 * Talks to: PostgreSQL over its socket.
 * Invariants:
 *   E1. A cluster is either complete or not there; a killed initdb leaves nothing that is used.
 *   E2. While a process is present the server is not stopped by another; the last one out stops it.
 *   E3. Only our account can reach the socket, and there is no TCP port.
 *   E4. A server that dies while we are present is started again.
 */
class Server {
  readonly connection: pg.ClientConfig;
  readonly #folder: PostgresFolder;
  readonly #account: PostgresAccount;
  readonly #startTimeoutMs: number;
  #presence: pg.Client | undefined;
  #left = false;

  constructor(folder: PostgresFolder, account: PostgresAccount, startTimeoutMs: number) {
    this.#folder = folder;
    this.#account = account;
    this.#startTimeoutMs = startTimeoutMs;
    this.connection = { host: folder.sockets, port: PORT, user: USER, database: "postgres" };
  }

  /** Makes us present; true when the server ran already. */
  async enter(): Promise<boolean> {
    if (await this.#knock()) return true;
    const binaries = postgresBinaries(this.#folder.home, this.#account);
    await ensureCluster(binaries, this.#folder, this.#account);
    return !(await this.#start(binaries));
  }

  /** Ends our presence, and the server with it when nobody else is connected. */
  async leave(): Promise<void> {
    if (this.#left) return;
    this.#left = true;
    const client = this.#presence;
    if (client === undefined) return;
    try {
      await client.query("select pg_advisory_lock($1)", [DOOR]);
      // The door stays locked until our session ends with the server, so nobody comes in behind the count.
      if (await this.#alone(client)) await stopServer(this.#folder);
    } catch {
      // The server is gone already.
    }
    await client.end().catch(() => {});
  }

  /** Whether nobody else is connected. Sessions that were just closed, such as those of our own pool, get a moment to end. */
  async #alone(client: pg.Client): Promise<boolean> {
    for (let tries = 0; tries < 20; tries++) {
      const { rows } = await client.query<{ present: number; others: number }>(
        `select count(*) filter (where application_name = $1)::int as present, count(*)::int as others
         from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
        [PRESENCE],
      );
      if (rows[0]?.others === 0) return true;
      if (rows[0]?.present !== 0) return false;
      await pause(RETRY_MS);
    }
    return false;
  }

  /** True when our server process became the one that serves. */
  async #start(binaries: PostgresBinaries): Promise<boolean> {
    const until = Date.now() + this.#startTimeoutMs;
    for (;;) {
      const child = spawnServer(binaries, this.#folder, this.#account);
      const ended = watchEnd(child);
      while (!ended.done) {
        if (await this.#knock()) return await this.#serves(child);
        if (Date.now() > until) throw failed("it did not answer", this.#folder);
        await pause(RETRY_MS);
      }
      // Another process was faster, or the children of a killed server still hold its memory: look again, then try again.
      if (await this.#knock()) return false;
      if (Date.now() > until) throw failed("the server ended", this.#folder);
      await pause(RETRY_START_MS);
    }
  }

  async #serves(child: ChildProcess): Promise<boolean> {
    const result = await this.#presence?.query<{ pid: string }>(
      "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid",
    );
    return result?.rows[0]?.pid === String(child.pid);
  }

  /** Connects and goes through the door; false when no server answers or it is just stopping. */
  async #knock(): Promise<boolean> {
    if (!existsSync(join(this.#folder.sockets, `.s.PGSQL.${PORT}`))) return false;
    const client = new pg.Client({ ...this.connection, application_name: PRESENCE, connectionTimeoutMillis: 2_000 });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query("select pg_advisory_lock($1)", [DOOR]);
      await client.query("select pg_advisory_unlock($1)", [DOOR]);
    } catch {
      await client.end().catch(() => {});
      return false;
    }
    this.#presence = client;
    client.once("end", () => void this.#presenceLost());
    return true;
  }

  async #presenceLost(): Promise<void> {
    this.#presence = undefined;
    while (!this.#left) if (await this.#entered()) return this.#left ? this.#withdraw() : undefined;
  }

  /** We left while the server was coming back. */
  async #withdraw(): Promise<void> {
    await this.#presence?.end().catch(() => {});
  }

  async #entered(): Promise<boolean> {
    try {
      await this.enter();
      return true;
    } catch {
      await pause(RETRY_START_MS);
      return false;
    }
  }
}

function watchEnd(child: ChildProcess): { done: boolean } {
  const state = { done: false };
  child.once("exit", () => {
    state.done = true;
  });
  child.once("error", () => {
    state.done = true;
  });
  return state;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
