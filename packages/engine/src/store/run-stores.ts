import { randomBytes } from "node:crypto";
import {
  type DeadLetterStore,
  type DurableEngine,
  MemoryDeadLetters,
  MemoryNodeState,
  MemorySagas,
  MemoryWaits,
  type NodeStateStore,
  type SagaStore,
  WAKE_SIGNAL,
  type WaitDesk,
} from "@mortise/workflow";
import type pg from "pg";
import { PostgresDeadLetters } from "./postgres-dead-letters.ts";
import { PostgresNodeState } from "./postgres-node-state.ts";
import { PostgresSagas } from "./postgres-sagas.ts";
import { PostgresWaits } from "./postgres-waits.ts";

/** What runs wait for and remember, beside their journals. */
export interface RunStores {
  readonly waits: WaitDesk;
  readonly state: NodeStateStore;
  readonly sagas: SagaStore;
  readonly deadLetters: DeadLetterStore;
}

/** The stores of an engine on PostgreSQL, shared by all its processes. */
export function postgresStores(pool: pg.Pool, engine: Pick<DurableEngine, "signal">): RunStores {
  return {
    waits: new PostgresWaits(pool, (runId, wait, answer) => wake(engine, runId, wait, answer)),
    state: new PostgresNodeState(pool),
    sagas: new PostgresSagas(pool),
    deadLetters: new PostgresDeadLetters(pool),
  };
}

/** The stores of an engine in memory. */
export function memoryStores(now: () => number, engine: Pick<DurableEngine, "signal">): RunStores {
  let wakes = 0;
  return {
    waits: new MemoryWaits({
      now,
      secret: () => randomBytes(24).toString("base64url"),
      wake: (runId, wait) => wake(engine, runId, wait, String(++wakes)),
    }),
    state: new MemoryNodeState(now),
    sagas: new MemorySagas(),
    deadLetters: new MemoryDeadLetters(now),
  };
}

/** A run that ended in the meantime needs no waking. */
async function wake(engine: Pick<DurableEngine, "signal">, runId: string, wait: string, answer: string): Promise<void> {
  try {
    await engine.signal(runId, WAKE_SIGNAL, { wait }, `wake:${wait}:${answer}`);
  } catch (error) {
    if ((error as { readonly code?: string }).code !== "RUN_NOT_FOUND") throw error;
  }
}
