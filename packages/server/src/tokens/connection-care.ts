import { setTimeout as delay } from "node:timers/promises";
import { plainWords } from "@mortise/auth";
import type { JsonObject } from "@mortise/contract";
import { isGone, ownIdentity, type ProcessIdentity } from "@mortise/engine";
import type { Runtime } from "@mortise/runtime";
import { metrics } from "@opentelemetry/api";
import { Kysely, PostgresDialect } from "kysely";
import type { Pool } from "pg";
import type { ConnectionEvent } from "../store/connection-health-rows.ts";
import { ConnectionHealthStore } from "../store/connection-health-store.ts";
import type { ConnectionStore } from "../store/connection-store.ts";
import { TENANT } from "../store/open-store.ts";
import type { Tables } from "../store/tables.ts";
import { TokenLeases } from "../store/token-lease.ts";
import { OwnerNotices, type WayOut } from "./owner-notices.ts";
import { Sweep, type SweepClock } from "./sweep.ts";

/** Options of {@link openConnectionCare}. */
export interface ConnectionCareOptions {
  readonly pool: Pool;
  readonly connections: ConnectionStore;
  readonly now: () => number;
  readonly log: (line: string) => void;
  /** Where owners are notified. Absent: events are stored and logged alone. */
  readonly notify?: { readonly url: string };
  /** How notices leave. */
  readonly way: WayOut;
}

/** Everything that keeps connections alive and tells how they do. */
export interface ConnectionCare {
  readonly leases: TokenLeases;
  readonly health: ConnectionHealthStore;
  /** Tells whoever is notified something that is no event of a connection. */
  tell(notice: JsonObject): void;
  /** Looks after connections from now on. */
  start(runtime: Runtime): void;
  close(): Promise<void>;
}

/** Opens it on the deployment's pool. */
export function openConnectionCare(options: ConnectionCareOptions): ConnectionCare {
  const { pool, connections, now, log, notify, way } = options;
  const own = ownIdentity();
  const processes = { own, isGone: (other: ProcessIdentity) => isGone(other, own) };
  const leases = new TokenLeases({ pool, connections, tenant: TENANT, processes });
  const notices = notify && new OwnerNotices({ url: notify.url, way, log });
  const counter = metrics.getMeter("@mortise/server").createCounter("mortise.connection.health", {
    description: "Changes of the state of connections",
  });
  let deliveries: Promise<void> = Promise.resolve();
  const deliver = () => {
    deliveries = deliveries
      .then(() => notices?.deliver(health))
      .catch((error: Error) => log(`Events of connections could not be delivered: ${error.message}`));
    return deliveries;
  };
  const health = new ConnectionHealthStore({
    db: new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema("mortise"),
    tenant: TENANT,
    now,
    log,
    isNotified: notices !== undefined,
    onChange: ({ from, to }) => counter.add(1, { from, to }),
    onEvent: (event) => {
      log(lineOf(event));
      if (notices) void deliver();
    },
  });
  let sweep: Sweep | undefined;
  return {
    leases,
    health,
    tell: (notice) => {
      void notices?.tell(notice);
    },
    start: (runtime) => {
      sweep ??= new Sweep({ health, runtime, clock, log, ...(notices ? { alongside: deliver } : {}) });
      sweep.start();
    },
    close: async () => {
      await sweep?.close();
      await health.settled();
      await deliveries;
      await notices?.close();
      await leases.close();
    },
  };
}

const clock: SweepClock = Object.freeze({
  sleep: async (ms: number, signal: AbortSignal) => {
    await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  },
  random: Math.random,
});

function lineOf({ connection, to, reason }: ConnectionEvent): string {
  const why = reason === undefined ? "" : ` (${plainWords(`${reason.code}: ${reason.message}`)})`;
  return `Connection "${connection}" needs its owner: ${to}${why}`;
}
