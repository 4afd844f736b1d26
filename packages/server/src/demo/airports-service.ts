import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parse } from "csv-parse/sync";
import jsonServer from "json-server";
import { sampleDataFile } from "./sample-data.ts";

/** A service on this machine that stands for somebody else's. */
export interface DemoService {
  readonly port: number;
  close(): Promise<void>;
}

/** A REST server that is not ours (json-server) with the airports of `vega-datasets`, on a free loopback port. */
export async function startAirportsService(): Promise<DemoService> {
  const file = sampleDataFile("airports.csv");
  const rows = parse(readFileSync(file), { columns: true }) as { readonly iata: string }[];
  const app = jsonServer.create();
  app.use(jsonServer.router({ airports: rows.map((row) => ({ id: row.iata, ...row })) }));
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
