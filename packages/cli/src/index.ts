export { connectorReadme } from "./connector-readme.ts";
export { fieldTable } from "./field-table.ts";
export { run } from "./program.ts";
export { scaffoldConnector } from "./scaffold-connector.ts";
