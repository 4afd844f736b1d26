import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { parse } from "csv-parse/sync";
import jsonServer from "json-server";

/** One request as the server logged it. */
export interface LoggedRequest {
  readonly atMs: number;
  readonly method: string;
  readonly url: string;
  readonly status: number;
}

/** An answer in place of the real one, e.g. `{ status: 503 }`. */
export interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody else's REST server, loaded with the airports of `vega-datasets`, and its own log. */
export interface AirportsServer {
  readonly url: string;
  readonly log: readonly LoggedRequest[];
  /** Asked before each request; a fault is sent instead of the answer. */
  fault: (request: { readonly method: string; readonly url: string; readonly count: number }) => Fault | undefined;
  close(): Promise<void>;
}

/** Starts json-server on a free loopback port. */
export async function startAirportsServer(): Promise<AirportsServer> {
  const file = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data", "airports.csv");
  const rows = parse(readFileSync(file), { columns: true }) as Record<string, string>[];
  const log: LoggedRequest[] = [];
  const app = jsonServer.create();
  const world: AirportsServer = { url: "", log, fault: () => undefined, close: async () => {} };
  app.use((request, response, next) => {
    const atMs = Date.now();
    const fault = world.fault({ method: request.method, url: request.originalUrl, count: log.length });
    const entry = { atMs, method: request.method, url: request.originalUrl, status: 0 };
    log.push(entry);
    response.on("finish", () => {
      entry.status = response.statusCode;
    });
    if (!fault) return next();
    response
      .status(fault.status)
      .set(fault.headers ?? {})
      .json({ error: "out of order" });
  });
  app.use(jsonServer.router({ airports: rows.map((row) => ({ id: row.iata, ...row })) }));
  const server = await new Promise<Server>((resolve) => {
    const started: Server = app.listen(0, "127.0.0.1", () => resolve(started));
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(world, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

/** The largest number of requests in any sliding window of this length. */
export function busiestWindow(log: readonly LoggedRequest[], windowMs: number): number {
  const times = log.map(({ atMs }) => atMs).sort((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [index, time] of times.entries()) {
    while (time - (times[first] ?? time) >= windowMs) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
