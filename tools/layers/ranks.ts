/** The number of each package: it imports only from lower numbers. Peers meet through ports that a lower package defines. */
export const RANKS: Readonly<Record<string, number>> = Object.freeze({
  contract: 0,
  builders: 1,
  compat: 1,
  sdk: 2,
  openapi: 2,
  auth: 2,
  registry: 2,
  workflow: 2,
  simulator: 2,
  sandbox: 3,
  runtime: 3,
  certify: 4,
  engine: 4,
  server: 5,
  studio: 5,
  cli: 6,
});

/** Connectors are composed by whoever has at least this number. */
export const CONNECTOR_USERS_FROM = 5;

/** What connectors may import, in their sources and in their tests. */
export const CONNECTOR_IMPORTS = Object.freeze({
  src: ["sdk"],
  test: ["sdk", "runtime", "engine", "simulator", "certify"],
});

/** Packages whose sources must run in a browser: no `node:` imports. */
export const BROWSER = Object.freeze(["contract", "builders", "compat", "workflow", "studio"]);
