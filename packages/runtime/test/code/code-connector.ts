import { createHash } from "node:crypto";
import type { CodeCapabilities, Contract, Operation } from "@mortise/contract";
import type { Connector } from "@mortise/sdk";
import type { Connection, RuntimeOptions } from "../../src/index.ts";
import { connectorOf } from "../sample-connector.ts";

/** The origin that the code of tests asks; the runtime is told that it really is a server on loopback. */
export const ORIGIN = "https://api.acme.example";
export const API_KEY = "key-of-the-connection-81f0";

/** What a request of the tests may do. */
export const HTTP: NonNullable<CodeCapabilities["http"]> = [
  { host: "api.acme.example", methods: ["GET", "POST", "PUT", "DELETE"], paths: ["/v2/**"], auth: "connection" },
  { host: "api.acme.example", methods: ["GET"], paths: ["/public/*"], auth: "none" },
];

/** A connector with one operation in code, `run`, whose function has this body and sees `input` and `ctx`. */
export function codeConnector(
  body: string,
  {
    capabilities = { http: HTTP },
    operation = {},
    contract = {},
  }: {
    readonly capabilities?: CodeCapabilities;
    readonly operation?: Partial<Operation>;
    readonly contract?: Partial<Contract>;
  } = {},
): Connector {
  const script = `var operations = { run: async (input, ctx) => {\n${body}\n} };`;
  const sample = connectorOf(
    { run: { effect: "execute", idempotency: "none", code: { entry: "src/code/run.ts", capabilities }, ...operation } },
    {
      hosts: ["api.acme.example"],
      auth: { token: { kind: "apiKey", in: "header", name: "X-Api-Key" } },
      ...contract,
    },
  );
  return { ...sample, code: { script, digest: createHash("sha256").update(script).digest("hex") } };
}

export const CONNECTION: Connection = { name: "main", connector: "sample", credential: { apiKey: API_KEY } };

/** The options that send the requests of tests to a server on loopback. */
export const sentTo = (origin: string): Pick<RuntimeOptions, "unsafeOrigins"> => ({ unsafeOrigins: { [ORIGIN]: origin } });
