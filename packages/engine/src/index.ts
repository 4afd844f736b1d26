export { MemoryEngine, type MemoryEngineOptions, memoryEngine } from "./memory/memory-engine.ts";
export type { GraphStore } from "./store/graph-store.ts";
