import { hostname } from "node:os";
import type { Contract } from "@mortise/contract";
import type { Runtime } from "@mortise/runtime";
import { Kysely, PostgresDialect } from "kysely";
import type { Pool } from "pg";
import type { Deployment } from "../host/deployment.ts";
import type { StoredConnection } from "../store/connection-store.ts";
import { type Store, TENANT } from "../store/open-store.ts";
import type { Tables } from "../store/tables.ts";
import { burnRates, type TenantBurn } from "./burn-rates.ts";
import { CallRollups } from "./call-rollups.ts";
import { type ConnectionStanding, connectionStanding } from "./connection-standing.ts";
import { deploymentLifecycle } from "./deployment-lifecycle.ts";
import { LifecycleFeed } from "./lifecycle-feed.ts";
import { systemLoopClock } from "./loop-clock.ts";
import { type KnownProcess, ProcessBoard } from "./process-board.ts";
import { type ProcessKind, processStatus } from "./process-status.ts";

/** What the processes of a deployment know of each other, and what they all go by. */
export interface HostLifecycle {
  /** What may run, as the database says. */
  readonly feed: LifecycleFeed;
  /** Counts calls by tenant. */
  readonly rollups: CallRollups;
  /** Kill list and flags for the runtime. */
  readonly lists: ReturnType<typeof deploymentLifecycle>;
  /** Processes that are alive, and how they do. */
  processes(): Promise<readonly KnownProcess[]>;
  /** How fast the tenant's error budgets burn, by connector. */
  burn(): Promise<readonly TenantBurn[]>;
  /** Why calls of connections are refused or wait, by the names of the connections. */
  standings(connections: readonly StoredConnection[]): Promise<ReadonlyMap<string, ConnectionStanding>>;
  /** Goes by what was read, and tells of this process, from now on. */
  start(runtime: Runtime): void;
  close(): Promise<void>;
}

/** Options of {@link openHostLifecycle}. */
export interface HostLifecycleOptions {
  readonly pool: Pool;
  readonly store: Pick<Store, "lifecycle">;
  readonly deployment: Deployment;
  readonly kind: ProcessKind;
  readonly contract: (connector: string) => Contract | undefined;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/** Reads what may run before anything does. Throws where the database does not answer. */
export async function openHostLifecycle(options: HostLifecycleOptions): Promise<HostLifecycle> {
  const { pool, store, deployment, kind, contract, now, log } = options;
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema("mortise");
  const clock = systemLoopClock;
  const feed = new LifecycleFeed({ store: store.lifecycle, clock, log });
  await feed.look();
  const rollups = new CallRollups({ db, now, clock, log });
  let working: { readonly runtime: Runtime; readonly board: ProcessBoard } | undefined;
  const processes = async () => (await working?.board.list()) ?? [];
  return {
    feed,
    rollups,
    lists: deploymentLifecycle(deployment, feed),
    processes,
    burn: async () => {
      await rollups.flush();
      return await burnRates(db, now(), TENANT);
    },
    standings: async (connections) => {
      const known = await processes();
      return new Map(
        connections.map((connection) => {
          const { name, connector } = connection;
          const refusal = working?.runtime.refusal(connector, name) ?? undefined;
          const about = { connection, contract: contract(connector), tenant: TENANT, refusal };
          return [name, connectionStanding({ ...about, holds: feed.known.holds, processes: known })];
        }),
      );
    },
    start: (runtime) => {
      if (working !== undefined) return;
      const about = { host: hostname(), pid: process.pid };
      const status = () => processStatus(runtime.status(), { ...about, lifecycleRevision: feed.known.revision });
      working = { runtime, board: new ProcessBoard({ db, kind, status, clock, log }) };
      feed.start(runtime);
      working.board.start();
      rollups.start();
    },
    close: async () => {
      await feed.close();
      await working?.board.close();
      await rollups.close();
    },
  };
}
