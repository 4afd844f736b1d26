export { DbosEngine, type DbosEngineOptions } from "./dbos/dbos-engine.ts";
export { dbosEngine, type EngineTarget } from "./dbos/open-database.ts";
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, embeddedPostgres } from "./embedded/embedded-postgres.ts";
export { embeddedPostgresAvailable } from "./embedded/embedded-postgres-available.ts";
export { exists as processExists, isGone, ownIdentity, type ProcessIdentity } from "./embedded/process-identity.ts";
export { MemoryEngine, type MemoryEngineOptions, memoryEngine } from "./memory/memory-engine.ts";
export { memoryRunLog } from "./run-log/memory-run-log.ts";
export { postgresRunLog } from "./run-log/postgres-run-log.ts";
export type { ReadableRunLog, RunRecord, StoredEvent } from "./run-log/readable-run-log.ts";
export {
  openRunner,
  type RepeatRequest,
  type RunEnd,
  type Runner,
  type RunnerEngine,
  type RunnerOptions,
  type RunRequest,
} from "./runner/open-runner.ts";
export type { GraphStore } from "./store/graph-store.ts";
export type { RunStores } from "./store/run-stores.ts";
