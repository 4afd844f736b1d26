export { DbosEngine, type DbosEngineOptions } from "./dbos/dbos-engine.ts";
export { dbosEngine, type EngineTarget } from "./dbos/open-database.ts";
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, embeddedPostgres } from "./embedded/embedded-postgres.ts";
export { MemoryEngine, type MemoryEngineOptions, memoryEngine } from "./memory/memory-engine.ts";
export type { GraphStore } from "./store/graph-store.ts";
