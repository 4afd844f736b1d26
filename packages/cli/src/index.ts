export { connectorDocs } from "./docs/connector-docs.ts";
export { fieldTable } from "./docs/field-table.ts";
export { run } from "./program.ts";
export { scaffoldConnector } from "./scaffold-connector.ts";
export { contractTypes } from "./types/contract-types.ts";
