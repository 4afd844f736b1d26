import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import type { Contract, Json, Operation } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { type Connection, createRuntime, type Runtime, type RuntimeOptions } from "@mortise/runtime";
import { expect } from "vitest";

/** One request as it came over the wire. */
export interface Seen {
  readonly method: string;
  /** Path and query as sent, still encoded. */
  readonly target: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly atMs: number;
}

/** What the vendor answers. A `Buffer` or a string is sent as it is, anything else as JSON. */
export interface Answer {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string | readonly string[] };
  readonly body?: Json | Buffer;
}

export interface Vendor {
  readonly origin: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

/** A real HTTP server on a free loopback port that keeps a log of what it saw. `count` is 1 for the first request. */
export async function openVendor(answer: (request: Seen, count: number) => Answer | Promise<Answer>): Promise<Vendor> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const atMs = performance.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = request.url ?? "/";
    const { pathname, searchParams } = new URL(target, "http://vendor");
    const { method = "GET", headers } = request;
    const entry = { method, target, path: pathname, query: searchParams, headers, body: Buffer.concat(chunks), atMs };
    seen.push(entry);
    const { status = 200, headers: sent = {}, body } = await answer(entry, seen.length);
    const raw = typeof body === "string" || Buffer.isBuffer(body);
    const typed = raw || body === undefined ? {} : { "content-type": "application/json" };
    response.writeHead(status, { ...typed, ...(sent as Record<string, string | string[]>) });
    response.end(raw || body === undefined ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An operation, with what a test does not care about filled in. */
export function operationOf(parts: Partial<Operation>): Operation {
  return {
    title: "Sample",
    effect: "read",
    idempotency: "natural",
    scopes: [],
    input: { type: "object" },
    output: { type: ["object", "array", "string", "number", "boolean", "null"] },
    identity: [],
    outcomes: [],
    examples: [],
    ...parts,
  };
}

/** A contract as JSON, with what a test does not care about filled in. Its calls go to the setting `baseUrl`. */
export function contractOf(
  operations: { readonly [name: string]: Partial<Operation> },
  { settings, ...parts }: Partial<Contract> = {},
): Contract {
  const contract: Contract = {
    format: "mortise.contract/1",
    name: "vendor",
    version: "1.0.0",
    title: "Vendor",
    publisher: "acme",
    settings: {
      ...settings,
      type: "object",
      properties: { baseUrl: { type: "string", format: "uri" }, ...settings?.properties },
    },
    hosts: ["*"],
    auth: {},
    budgets: {},
    operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, operationOf(operation)])),
    ...parts,
  };
  return JSON.parse(JSON.stringify(contract)) as Contract;
}

/** A URL below the vendor's address; `${…}` holes are CEL. */
export const at = (path: string) => ({ $text: `\${settings.baseUrl}${path}` });

/** The real runtime with one connector, which must pass the contract's checks, and a connection to the vendor. */
export function connect(
  contract: Contract,
  { origin }: Pick<Vendor, "origin">,
  options: Partial<RuntimeOptions> & { readonly connection?: Partial<Connection> } = {},
): { readonly runtime: Runtime; readonly connection: Connection } {
  expect(checkContract(contract).filter(({ severity }) => severity === "error")).toEqual([]);
  const { connection: parts, ...rest } = options;
  const { settings, ...others } = parts ?? {};
  const connection = { name: "main", connector: contract.name, settings: { baseUrl: origin, ...settings }, ...others };
  const runtime = createRuntime({
    connectors: [{ contract, natives: {} }],
    egress: { allow: [origin] },
    ...rest,
  });
  return { runtime, connection };
}
