export { run } from "./program.ts";
export { scaffoldConnector } from "./scaffold-connector.ts";
