export { createRegistry, type Entry, type FoundOperation, parseRef, parseUse, type Registry } from "./registry.ts";
