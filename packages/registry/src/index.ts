export {
  type ConnectorIndex,
  type IndexedConnector,
  type IndexedContract,
  type IndexOptions,
  indexConnectors,
  openConnectorIndex,
} from "./connector-index.ts";
export { createRegistry, type Entry, type FoundOperation, parseRef, parseUse, type Registry } from "./registry.ts";
