import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Workflow } from "@mortise/workflow";
import type { HostStorage } from "../host/open-host.ts";
import { startAirportsService } from "./airports-service.ts";
import { type DemoMail, startInboxService } from "./inbox-service.ts";
import { sampleDataFile } from "./sample-data.ts";
import { type DemoConnection, seedDemo } from "./seed-demo.ts";
import { openWarehouse, type Warehouse } from "./warehouse-service.ts";

/** The demo workspace: services on this machine that stand for other people's systems. */
export interface Demo {
  /** What the deployment must allow for them, and nothing else. */
  readonly egressAllow: readonly string[];
  /** Adds data, connections and workflows that are missing; never touches what a person changed. */
  seed(host: HostStorage): Promise<void>;
  mails(): readonly DemoMail[];
  table: Warehouse["table"];
  close(): Promise<void>;
}

/** Starts the demo's services. */
export async function startDemo(dataDir: string): Promise<Demo> {
  const warehouse = await openWarehouse(dataDir);
  const airports = await startAirportsService();
  const inbox = await startInboxService(Date.now);
  const connections = demoConnections(warehouse, airports.port, inbox.port);
  return {
    egressAllow: [`http://127.0.0.1:${airports.port}`, `tcp://127.0.0.1:${inbox.port}`, `unix:${warehouse.socket}`],
    seed: async (host) => {
      seedFiles(join(dataDir, "files"));
      await seedDemo(host, { connections, workflows: demoWorkflows() });
    },
    mails: () => inbox.mails(),
    table: warehouse.table,
    close: async () => {
      await inbox.close();
      await airports.close();
      await warehouse.close();
    },
  };
}

/** The demo's workflows by id. */
export function demoWorkflows(): ReadonlyMap<string, Workflow> {
  const folder = join(import.meta.dirname, "workflows");
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name.replace(/\.json$/, ""), JSON.parse(readFileSync(join(folder, name), "utf8")) as Workflow]),
  );
}

function demoConnections(
  warehouse: Warehouse,
  airportsPort: number,
  inboxPort: number,
): Readonly<Record<string, DemoConnection>> {
  const { socket, port, database, user } = warehouse;
  return {
    airports: {
      connector: "http@1",
      settings: { baseUrl: `http://127.0.0.1:${airportsPort}`, ratePerSecond: 50, testPath: "/airports/SFO" },
      auth: "none",
      place: ["baseUrl"],
    },
    data: { connector: "files@1", settings: {}, auth: "none", place: [] },
    mail: {
      connector: "smtp@1",
      settings: { host: "127.0.0.1", port: inboxPort, secure: "none", from: "mortise@example.com" },
      auth: "none",
      place: ["host", "port"],
    },
    warehouse: { connector: "postgres@1", settings: { socket, port, database, user }, auth: "none", place: ["socket", "port"] },
  };
}

function seedFiles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ["birdstrikes.csv", "zipcodes.csv"]) {
    const target = join(folder, name);
    if (!existsSync(target)) copyFileSync(sampleDataFile(name), target);
  }
}
